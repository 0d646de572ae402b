// The impact of a closed cycle, once the district has compared it with others: at closing it is
// concluded by growth, and from then on by the net effect. On the school's key.
#pragma once

#include "decider/decider.h"
#include "throughline/cycles/v1/cycles_events.pb.h"
#include "throughline/cycles/v1/practice_events.pb.h"

namespace throughline::cycles {

// Takes comparisons over. The first one concludes, whatever evidence came since closing; one that
// moved because other teams closed their cycles makes the verdict another one, if that stands; one
// that moved with the cycle's own evidence revises it (revised_impact.h).
void Decide(const v1::NetEffectsPublished& published, decider::Turn& turn);

void Apply(const v1::ImpactCompared& compared, decider::State& state);
// For Apply: the cycle is open again.
void ForgetComparisons(const v1::Cycle& reopened, decider::State& state);

}  // namespace throughline::cycles
