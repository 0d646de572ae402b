#include "gateway/cloudevents/errors.h"

#include <string>

namespace throughline::gateway::cloudevents {

namespace {

core::Error Refused(std::string reason, std::string message, std::string_view field = "") {
  return {core::Code::kInvalidArgument, std::move(reason), std::move(message), std::string(field)};
}

}  // namespace

core::Error MediaTypeNotSupported() {
  return Refused("MEDIA_TYPE_NOT_SUPPORTED",
                 "The content type must be application/json with ce- headers, "
                 "application/cloudevents+json or application/cloudevents-batch+json.");
}

core::Error NotAnEvent() {
  return Refused("NOT_A_CLOUDEVENT", "This is not a CloudEvent of version 1.0.");
}

core::Error AttributeInvalid(std::string_view attribute) {
  return Refused("CLOUDEVENT_ATTRIBUTE_INVALID",
                 "This attribute of the event is missing or cannot be understood.", attribute);
}

core::Error NotABatch() { return Refused("NOT_A_BATCH", "The body must be a list of events."); }

core::Error TypeUnknown() {
  return Refused("CLOUDEVENT_TYPE_UNKNOWN", "The type of the event must be throughline.result.v1.",
                 "type");
}

}  // namespace throughline::gateway::cloudevents
