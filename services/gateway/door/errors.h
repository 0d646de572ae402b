// Every refusal of the gateway itself, by name; those of a standard stand in its room.
#pragma once

#include <string_view>

#include "core/result.h"

namespace throughline::gateway {

core::Error TooManyRequests();  // RESOURCE_EXHAUSTED; 429
core::Error HostRefused();      // PERMISSION_DENIED: of an open installation
core::Error HostInvalid();      // INVALID_ARGUMENT: it is the name of no host
core::Error HostUnknown();      // INVALID_ARGUMENT: nobody says that it is a name of this
// Where nobody needs a credential, or it is a cookie; `header` is the one that says so.
core::Error CrossSiteRefused(std::string_view header);          // PERMISSION_DENIED
core::Error ContentTypeMissing();                               // INVALID_ARGUMENT; 415
core::Error ContentTypeRefused(std::string_view media_type);    // INVALID_ARGUMENT; 415
core::Error ContentEncodingRefused(std::string_view encoding);  // INVALID_ARGUMENT; 415
core::Error BodyNotGzip();                                      // INVALID_ARGUMENT
core::Error DistrictInvalid();                                  // INVALID_ARGUMENT
core::Error DistrictMissing();   // INVALID_ARGUMENT: of an open installation
core::Error SessionOver();       // UNAUTHENTICATED: sign in again
core::Error AnswerUnreadable();  // INTERNAL: of a service

}  // namespace throughline::gateway
