// Why somebody asks who students are, or has them erased: words that go on record, and stay there
// when the student they were about is known to nobody any more. So they must not name one. Pure.
#pragma once

#include <string_view>

#include "core/purpose.h"

namespace throughline::evidence {

using core::CheckPurpose;

// Whether the text has the student's id as a word of its own, or the whole of the name, in whatever
// case; an empty id or name is in no text.
bool NamesStudent(std::string_view text, std::string_view student, std::string_view display_name);

}  // namespace throughline::evidence
