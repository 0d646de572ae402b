// How practices reach students, and whether they reach those who struggle as they reach everybody.
// Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cycles/domain/practices/eligible_students.h"
#include "throughline/cycles/v1/adoption.pb.h"
#include "throughline/cycles/v1/questions.pb.h"

namespace throughline::cycles {

// Of each group of the students of teams that work on what a practice serves: its share among those
// whose team uses it ÷ its share among all of them; those who struggle first, then by group. Only
// where it is known who they are.
//
// A group is left out unless all four cells behind the ratio, those of the group and the others,
// reached and not, have `smallest` students. The ratio is rounded to what a smallest cell of the
// group adds, so that what two practices' ratios differ by tells of no fewer.
std::vector<v1::Representativeness> RepresentativenessOf(const std::vector<v1::Adoption>& adoptions,
                                                         const EligibleStudents& students,
                                                         int64_t smallest);

// Who is reached less, in a sentence; empty when nobody is.
std::string ReachedLess(const std::vector<v1::Representativeness>& groups);

// Of the adoptions of one practice: fidelity over the teams that use it, and how many of those that
// were asked use it still.
void SetFidelity(const std::vector<v1::Adoption>& adoptions, v1::PracticeReach& reach);

}  // namespace throughline::cycles
