// google.rpc.Status with google.rpc.ErrorInfo as a status' details, as gRPC clients expect them.
#pragma once

#include <string>

#include "core/result.h"

namespace throughline::platform {

// The serialized google.rpc.Status of the error.
std::string EncodeDetails(const core::Error& error);
// Reason and field out of it; both empty when there are no details, or they are of another kind.
core::Error DecodeDetails(const std::string& details);

}  // namespace throughline::platform
