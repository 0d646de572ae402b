// How far the demo has lived, in a log topic of its own: after a crash it goes on from there.
#pragma once

#include "core/date.h"
#include "core/result.h"
#include "runtime/journal.h"

namespace throughline {

// The last day that was lived to its end; nullopt when nothing was begun.
core::Result<std::optional<core::Date>> ReadDemoProgress(runtime::Log& log);
core::Result<void> WriteDemoProgress(runtime::Log& log, core::Date day);

}  // namespace throughline
