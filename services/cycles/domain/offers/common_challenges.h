// What teams share: folded on the district's own key from what each of them reports.
#pragma once

#include "decider/decider.h"
#include "throughline/cycles/v1/offer_events.pb.h"

namespace throughline::cycles {

void Decide(const v1::ChallengeReported& reported, decider::Turn& turn);

void Apply(const v1::ChallengeNoted& noted, decider::State& state);
void Apply(const v1::CommonChallengeFound& found, decider::State& state);
void Apply(const v1::CommonChallengeEnded& ended, decider::State& state);

}  // namespace throughline::cycles
