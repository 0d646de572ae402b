// The library as every partition knows it, noted from what the district's key delivers.
#pragma once

#include "decider/decider.h"
#include "throughline/cycles/v1/practice_events.pb.h"

namespace throughline::cycles {

// An older version than what is noted changes nothing.
void Decide(const v1::PracticeChanged& changed, decider::Turn& turn);

// What was taken up under a name that is another practice's by now is taken up of that one.
void Apply(const v1::PracticeNoted& noted, decider::State& state);

}  // namespace throughline::cycles
