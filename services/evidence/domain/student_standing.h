// How a student stands in the cycles of a team: who struggles, anew or still, and who does no
// longer. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "throughline/evidence/v1/rows.pb.h"
#include "throughline/evidence/v1/students.pb.h"

namespace throughline::evidence {

// Cycles of a standing: the current one, the one before, and the one before that.
inline constexpr size_t kCyclesCompared = 3;

// The team's cycles that work on the indicator and have begun by `today`, the latest first, at most
// so many.
std::vector<const v1::Watch*> CyclesOn(const v1::TeamRow& team, std::string_view indicator,
                                       int32_t today, size_t at_most = kCyclesCompared);

struct Standing {
  v1::Struggling struggling = v1::STRUGGLING_UNSPECIFIED;
  size_t cycle = 0;  // in which of the cycles, the latest being 0
};

// Of what the student adds in such cycles, the latest first; null where that is nothing. Until
// there is a result in the current window, how the student stood in the one before is how they
// stand.
Standing StandingOf(const std::vector<const v1::ContributionRow*>& contributions);

}  // namespace throughline::evidence
