#include "gateway/caliper/errors.h"

#include <string>

namespace throughline::gateway::caliper {

namespace {

core::Error Refused(std::string reason, std::string message, std::string_view field = "") {
  return {core::Code::kInvalidArgument, std::move(reason), std::move(message), std::string(field)};
}

}  // namespace

core::Error NoEnvelope() {
  return Refused("CALIPER_ENVELOPE_INVALID", "The body must be one envelope of Caliper.");
}

core::Error EnvelopeInvalid(std::string_view field) {
  return Refused("CALIPER_ENVELOPE_INVALID",
                 "An envelope must have a sensor, a sendTime, a dataVersion and a list of data.",
                 field);
}

core::Error VersionNotSupported() {
  return Refused("CALIPER_VERSION_NOT_SUPPORTED",
                 "Caliper 1.1 and 1.2 are taken: http://purl.imsglobal.org/ctx/caliper/v1p1 and "
                 "http://purl.imsglobal.org/ctx/caliper/v1p2.",
                 "dataVersion");
}

core::Error MediaTypeNotSupported() {
  return Refused("MEDIA_TYPE_NOT_SUPPORTED", "The content type must be application/json.");
}

}  // namespace throughline::gateway::caliper
