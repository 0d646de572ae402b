// Who takes a practice up, on the district's own key.
#pragma once

#include "decider/decider.h"
#include "throughline/cycles/v1/practice_events.pb.h"

namespace throughline::cycles {

void Decide(const v1::AdoptionChanged& changed, decider::Turn& turn);

void Apply(const v1::AdoptionNoted& noted, core::Instant time, decider::State& state);
// For Apply: the practice was merged into another one; who took it up took that one up.
void MoveAdopters(const v1::Practice& merged, decider::State& state);

}  // namespace throughline::cycles
