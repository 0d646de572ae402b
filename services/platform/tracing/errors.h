// What may be wrong with where traces are sent, by name.
#pragma once

#include <string>

#include "core/result.h"

namespace throughline::platform {

core::Error TracesAddressInvalid(const std::string& address);

}  // namespace throughline::platform
