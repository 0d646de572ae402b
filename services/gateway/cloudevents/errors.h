// Every refusal of the CloudEvents endpoint that is its own, by name: INVALID_ARGUMENT, each of
// them.
#pragma once

#include <string_view>

#include "core/result.h"

namespace throughline::gateway::cloudevents {

core::Error MediaTypeNotSupported();                       // MEDIA_TYPE_NOT_SUPPORTED
core::Error NotAnEvent();                                  // NOT_A_CLOUDEVENT
core::Error AttributeInvalid(std::string_view attribute);  // CLOUDEVENT_ATTRIBUTE_INVALID
core::Error NotABatch();                                   // NOT_A_BATCH
core::Error TypeUnknown();                                 // CLOUDEVENT_TYPE_UNKNOWN

}  // namespace throughline::gateway::cloudevents
