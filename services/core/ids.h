// Ids and partition keys. An id is 1 to 64 letters, digits, or any of . _ : - ; a key is the
// district, or `district/school` for what belongs to a school.
#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace throughline::core {

bool IsId(std::string_view text);
std::string SchoolKey(std::string_view district, std::string_view school);
// District and school of a key; the school is empty when the key is a district's.
std::pair<std::string_view, std::string_view> SplitKey(std::string_view key);

// The id of a thing that is derived from what caused it: the same parts always give the same id, 26
// characters a-z and 2-7 (XXH3, 128 bits, over length-prefixed parts). Stable for ever.
std::string DerivedId(std::initializer_list<std::string_view> parts);
std::string DerivedId(std::span<const std::string> parts);

}  // namespace throughline::core
