// Why somebody wants what is put on record for good: who students are, access in an emergency, an
// erasure. Pure.
#pragma once

#include <optional>
#include <string_view>

#include "core/errors.h"

namespace throughline::core {

// TEXT_NOT_PRINTABLE, TEXT_TOO_LONG; `missing` unless it has 10 to 500 characters. nullopt when
// nothing is wrong.
std::optional<Error> CheckPurpose(std::string_view text, std::string_view field,
                                  const Error& missing);

}  // namespace throughline::core
