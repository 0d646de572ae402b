#include "gateway/sources/errors.h"

#include <string>

namespace throughline::gateway {

core::Error SourcesInvalid(std::string_view where, std::string_view why) {
  std::string message = "The declared sources cannot be used: ";
  message.append(why);
  return {core::Code::kInvalidArgument, "SOURCES_INVALID", std::move(message), std::string(where)};
}

core::Error SourceUndeclared(std::string_view source) {
  return {core::Code::kNotFound, "SOURCE_UNDECLARED",
          "Nobody has declared how the files of this source are to be read; the parameter mapping "
          "can say it, too.",
          std::string(source)};
}

core::Error SourceNotAnId() {
  return {core::Code::kInvalidArgument, "SOURCE_INVALID",
          "The name of a source is 1 to 64 letters, digits, or any of . _ : -", "source"};
}

core::Error SpoolUnavailable() {
  return {core::Code::kUnavailable, "SPOOL_UNAVAILABLE",
          "There is no room to keep the file while it is read; try again soon.", ""};
}

}  // namespace throughline::gateway
