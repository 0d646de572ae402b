// Why an alert is there: the chain of events behind it, read back from the log.
#pragma once

#include <cstdint>
#include <vector>

#include "core/result.h"
#include "runtime/journal.h"
#include "throughline/notifications/v1/alert.pb.h"

namespace throughline::notifications {

// From what came in (a batch of results with its request id, or a moment) to the alert, each with a
// sentence that names no student. Beside each event of the chain stands the one that its decision
// began with, such as the batch that was recorded. Where the log ends, so does the chain.
core::Result<std::vector<v1::Cause>> Explain(runtime::Log& log, const v1::Alert& alert,
                                             int64_t smallest);

}  // namespace throughline::notifications
