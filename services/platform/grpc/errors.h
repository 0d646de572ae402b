// What a list refuses, by name.
#pragma once

#include "core/result.h"

namespace throughline::platform {

core::Error PageInvalid();
core::Error PageTokenInvalid();  // INVALID_ARGUMENT: no list gave it out

}  // namespace throughline::platform
