// What stands where an exception must go no further: at the entry of a thread, and in callbacks of
// libraries, which would end the process or swallow it.
#pragma once

#include <string_view>

#include "core/result.h"

namespace throughline::runtime {

// Logs the exception that is being handled; `where` says what was going on.
void LogThrown(std::string_view where) noexcept;

// The error for callers when an unforeseen exception was thrown: INTERNAL, UNEXPECTED. What
// it was is in the log, and nobody else's business.
core::Error Unexpected();

// Does it, and logs what it throws. False: something was thrown.
template <class Work>
bool Guarded(std::string_view where, Work&& work) noexcept {
  try {
    work();
    return true;
  } catch (...) {
    LogThrown(where);
    return false;
  }
}

}  // namespace throughline::runtime
