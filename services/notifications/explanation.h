// Why an alert is there: the chain of events behind it, read back from the log.
#pragma once

#include "core/result.h"
#include "runtime/journal.h"
#include "throughline/notifications/v1/alert.pb.h"

namespace throughline::notifications {

// From what came in (a batch of results, or time that passed) to the alert, each with a sentence
// that names no student. Links that the log no longer has are left out.
core::Result<std::vector<v1::Cause>> Explain(runtime::Log& log, const v1::Alert& alert);

}  // namespace throughline::notifications
