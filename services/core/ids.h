// Ids: 1 to 64 letters, digits, or any of . _ : -
#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

namespace throughline::core {

bool IsId(std::string_view text);

// The id of a thing that is derived from what caused it: the same parts always give the same id, 26
// characters a-z and 2-7 (XXH3, 128 bits, over length-prefixed parts). Stable for ever.
std::string DerivedId(std::initializer_list<std::string_view> parts);
std::string DerivedId(std::span<const std::string> parts);

}  // namespace throughline::core
