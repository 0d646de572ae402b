// What a bundle says that changed of a student in a school. Pure.
#pragma once

#include <string>

#include "importing/roster_bundle.h"

namespace throughline::importing {

// `school` is null when the bundle says nothing of the school.
evidence::v1::RosterMove MoveOf(const std::string& student, const SchoolRoster* school,
                                const RosterBundle& roster);

}  // namespace throughline::importing
