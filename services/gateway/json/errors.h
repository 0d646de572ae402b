// Every refusal of JSON, by name: INVALID_ARGUMENT, each of them.
#pragma once

#include <string_view>

#include "core/result.h"

namespace throughline::gateway {

core::Error JsonInvalid(size_t byte);
core::Error JsonTooDeep(size_t at_most);
core::Error JsonTooLarge(size_t values_at_most);
core::Error JsonNameRepeated(std::string_view name);

}  // namespace throughline::gateway
