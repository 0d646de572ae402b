// What evidence that came after closing makes of a cycle's impact. What was concluded stays; when
// the evidence gives another verdict, the cycle is flagged and a condition is raised, until it
// gives the one that was concluded again.
#pragma once

#include <string>

#include "decider/decider.h"
#include "throughline/cycles/v1/cycle.pb.h"

namespace throughline::cycles {

// The impact of a closed cycle on the indicator; null when there is none.
const v1::Impact* ImpactOn(const v1::Cycle& cycle, const std::string& indicator);

// The verdict that is given now, as it was concluded: by the net effect when the district has a
// comparison, else by growth.
v1::Verdict VerdictNow(const v1::Cycle& cycle, const v1::Impact& concluded,
                       const decider::State& state);

// Evidence of a closed cycle, or its comparison, changed from what gave the verdict `before`: flags
// it, or takes the flag away.
void Revise(const v1::Cycle& cycle, const v1::Impact& concluded, v1::Verdict before,
            decider::Turn& turn);
// The impact was concluded anew, from the evidence as it is: nothing that was revised before holds.
void LetStand(const v1::Cycle& cycle, const v1::Impact& concluded, decider::Turn& turn);

}  // namespace throughline::cycles
