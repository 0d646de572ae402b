#include "gateway/json/errors.h"

namespace throughline::gateway {

namespace {

core::Error Refused(std::string reason, std::string message, std::string field = "") {
  return {core::Code::kInvalidArgument, std::move(reason), std::move(message), std::move(field)};
}

}  // namespace

core::Error JsonInvalid(size_t byte) {
  return Refused("JSON_INVALID",
                 "It is no valid JSON: see the byte at " + std::to_string(byte) + ".");
}

core::Error JsonTooDeep(size_t at_most) {
  return Refused("JSON_TOO_DEEP", "Lists and objects may be within each other to a depth of " +
                                      std::to_string(at_most) + " only.");
}

core::Error JsonTooLarge(size_t values_at_most) {
  return Refused("JSON_TOO_LARGE",
                 "There may be " + std::to_string(values_at_most) + " values at most.");
}

core::Error JsonNameRepeated(std::string_view name) {
  return Refused("JSON_NAME_REPEATED", "An object has two members of this name.",
                 std::string(name.substr(0, 100)));
}

}  // namespace throughline::gateway
