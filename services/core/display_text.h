// Texts that people tell things apart by, such as the names of scales: two that differ have to look
// different. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "core/errors.h"

namespace throughline::core {

// TEXT_TOO_LONG; TEXT_NOT_PRINTABLE unless every character is seen, or is a space between two that
// are: no control or invisible characters, none that change the direction of what follows, no other
// blanks. nullopt when nothing is wrong, as with an empty text. `text` is UTF-8.
std::optional<Error> CheckDisplayText(std::string_view text, std::string_view field,
                                      size_t bytes_at_most);

}  // namespace throughline::core
