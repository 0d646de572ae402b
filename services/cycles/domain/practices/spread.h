// How a practice came to teams. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "cycles/domain/practices/eligible_students.h"
#include "throughline/cycles/v1/adoption.pb.h"
#include "throughline/cycles/v1/practice.pb.h"

namespace throughline::cycles {

// The share of students whose team uses the practice, of those of teams that work on indicators
// that it serves. nullopt when there are none, or when the part or the rest is of fewer than
// `smallest`.
std::optional<double> ReachOf(const std::vector<v1::Adoption>& adoptions,
                              const EligibleStudents& students, int64_t smallest);

// Of adoptions of one practice; what was withdrawn was never taken up.
v1::PracticeSpread SpreadOf(std::vector<v1::Adoption> adoptions, int first_followers);

}  // namespace throughline::cycles
