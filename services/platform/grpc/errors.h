// What lists and texts are refused for, by name.
#pragma once

#include <string_view>

#include "core/result.h"

namespace throughline::platform {

core::Error PageInvalid();
core::Error PageTokenInvalid();  // INVALID_ARGUMENT: no list gave it out
// Names the field, and repeats nothing of it.
core::Error TextNotUtf8(std::string_view field);

}  // namespace throughline::platform
