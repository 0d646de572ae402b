// Every refusal of the HTTP client's rooms.
#pragma once

#include <string_view>

#include "core/result.h"

namespace throughline::platform {

core::Error NetworkInvalid(std::string_view network);  // NETWORK_INVALID

}  // namespace throughline::platform
