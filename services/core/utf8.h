// UTF-8, which protobuf demands of every string. Pure.
#pragma once

#include <cstddef>
#include <string_view>

namespace throughline::core {

// No overlong forms, no surrogates, nothing beyond U+10FFFF.
bool IsUtf8(std::string_view text);

// How many characters (code points) a text has, which is UTF-8.
size_t CharactersOf(std::string_view text);

}  // namespace throughline::core
