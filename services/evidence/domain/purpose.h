// Why somebody asks who students are, or has them erased: words that go on record, and stay there
// when the student they were about is known to nobody any more. So they must not name one. Pure.
#pragma once

#include <optional>
#include <string_view>

#include "core/errors.h"

namespace throughline::evidence {

// TEXT_NOT_PRINTABLE, TEXT_TOO_LONG; `missing` unless it has 10 to 500 characters. nullopt when
// nothing is wrong.
std::optional<core::Error> CheckPurpose(std::string_view text, std::string_view field,
                                        const core::Error& missing);

// Whether the text has the student's id as a word of its own, or the whole of the name, in whatever
// case; an empty id or name is in no text.
bool NamesStudent(std::string_view text, std::string_view student, std::string_view display_name);

}  // namespace throughline::evidence
