// Every refusal of the gateway itself, by name; those of a door stand in its room.
#pragma once

#include <string_view>

#include "core/result.h"

namespace throughline::gateway {

core::Error TooManyRequests();   // RESOURCE_EXHAUSTED; 429
core::Error HostRefused();       // PERMISSION_DENIED: of an open installation
core::Error DistrictInvalid();   // INVALID_ARGUMENT
core::Error DistrictMissing();   // INVALID_ARGUMENT: of an open installation
core::Error PositionInvalid();   // INVALID_ARGUMENT: of a stream
core::Error AnswerUnreadable();  // INTERNAL: of a service

}  // namespace throughline::gateway
