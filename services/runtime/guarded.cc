#include "runtime/guarded.h"

#include <spdlog/spdlog.h>

#include <exception>

namespace throughline::runtime {

void LogThrown(std::string_view where) noexcept {
  try {
    try {
      throw;
    } catch (const std::exception& failure) {
      spdlog::error("{}: {}", where, failure.what());
    } catch (...) {
      spdlog::error("{}: something that is no exception was thrown", where);
    }
  } catch (...) {  // NOLINT(bugprone-empty-catch): there is no memory even to say so
  }
}

core::Error Unexpected() {
  return {core::Code::kInternal, "UNEXPECTED",
          "Something went wrong that should not; the log of the service has more.", ""};
}

}  // namespace throughline::runtime
