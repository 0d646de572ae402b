#include "gateway/oneroster/errors.h"

#include "platform/access/errors.h"

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

core::Error ScaleInvalid() {
  return Refused("SCALE_INVALID", "resultValueMax has to be above resultValueMin.",
                 "resultValueMax");
}

core::Error FilterInvalid(std::string_view filter) {
  return Refused("FILTER_INVALID",
                 "A filter has to be like title='Fractions'; sourcedId and title can be asked for.",
                 filter.substr(0, 100));
}

core::Error FilterTooLong() {
  return Refused("FILTER_TOO_LONG", "The filter is too long for the links to the other pages.",
                 "filter");
}

core::Error ObjectUnknown(std::string_view sourced_id) {
  return {
      core::Code::kNotFound, "OBJECT_UNKNOWN",
      "There is no such object with the sourcedId " + std::string(sourced_id.substr(0, 256)) + ".",
      "sourcedId"};
}

core::Error QueryUnknown(std::string_view name) {
  return Refused("QUERY_UNKNOWN", "There is no query parameter of this name.", name.substr(0, 100));
}

core::Error ScopeMissing() { return platform::ScopeMissing(); }

}  // namespace throughline::gateway::oneroster
