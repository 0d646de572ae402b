// What a field's text is: UTF-8, which protobuf demands of every string, or a number. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace throughline::oneroster {

// No overlong forms, no surrogates, nothing beyond U+10FFFF.
bool IsUtf8(std::string_view text);
// The longest beginning of `text`, which is UTF-8, of at most `bytes` that cuts no character.
std::string_view Utf8Prefix(std::string_view text, size_t bytes);

// A finite decimal number and nothing else.
std::optional<double> ParseNumber(std::string_view text);

}  // namespace throughline::oneroster
