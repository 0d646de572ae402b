#include "gateway/oneroster/errors.h"

namespace throughline::gateway::oneroster {

namespace {

core::Error Refused(std::string reason, std::string message, std::string_view field) {
  return {core::Code::kInvalidArgument, std::move(reason), std::move(message), std::string(field)};
}

}  // namespace

core::Error BodyUnwrapped(std::string_view name) {
  const std::string text(name);
  return Refused("BODY_UNWRAPPED", "The body has to be an object {\"" + text + "\": …}.", name);
}

core::Error FieldMissing(std::string_view field) {
  return Refused("FIELD_MISSING", "It needs " + std::string(field) + ".", field);
}

core::Error FieldInvalid(std::string_view field, std::string_view must) {
  return Refused("FIELD_INVALID", std::string(field) + " has to " + std::string(must) + ".", field);
}

core::Error ScaleInvalid() {
  return Refused("SCALE_INVALID", "resultValueMax has to be above resultValueMin.",
                 "resultValueMax");
}

core::Error FilterInvalid(std::string_view filter) {
  return Refused("FILTER_INVALID",
                 "A filter has to be like title='Fractions'; sourcedId and title can be asked for.",
                 filter.substr(0, 100));
}

core::Error ScopeMissing() {
  return {core::Code::kPermissionDenied, "SCOPE_MISSING",
          "The credential's scope does not cover this request.", ""};
}

core::Error ResultsTooMany(size_t at_most) {
  return Refused("RESULTS_TOO_MANY",
                 "One call may have " + std::to_string(at_most) + " results at most.", "results");
}

}  // namespace throughline::gateway::oneroster
