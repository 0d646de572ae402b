// What a field's text is: UTF-8, which protobuf demands of every string, a number, or a value of an
// enumeration. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/utf8.h"

namespace throughline::csv {

using core::IsUtf8;
// The longest beginning of `text`, which is UTF-8, of at most `bytes` that cuts no character.
std::string_view Utf8Prefix(std::string_view text, size_t bytes);

// The text of bytes that are not UTF-8, taken for Windows-1252, of which Latin-1 is a part. A byte
// that has no meaning there becomes U+FFFD.
std::string FromWindows1252(std::string_view bytes);

// A code point up to U+10FFFF, appended.
void AppendUtf8(uint32_t code, std::string& to);

// Without spaces around it.
std::string_view Trimmed(std::string_view text);
// In lower case, for A to Z.
std::string Lowered(std::string_view text);
// Whether they differ in case and in spaces around them at most.
bool IsSameWord(std::string_view a, std::string_view b);
// The value of an enumeration that `text` is, as it is spelled there; nullopt when it is none.
std::optional<std::string_view> OneOf(std::span<const std::string_view> values,
                                      std::string_view text);

// A finite decimal number and nothing else.
std::optional<double> ParseNumber(std::string_view text);

}  // namespace throughline::csv
