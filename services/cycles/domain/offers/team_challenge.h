// What a team works on, by the analysis of its cycle: said on its school's key, and delivered to
// the district's.
#pragma once

#include <string>

#include "decider/decider.h"
#include "throughline/cycles/v1/cycle.pb.h"
#include "throughline/cycles/v1/offer_events.pb.h"

namespace throughline::cycles {

// Of its team, on the school's key and on the district's.
std::string TeamChallengeKey(const v1::TeamChallenge& challenge);

// The analysis is done. It stands until the team's next one is.
void ReportChallenge(const v1::Cycle& cycle, decider::Turn& turn);
// The team gave a cycle up, or is no longer active.
void WithdrawChallenge(const std::string& district, const std::string& school,
                       const std::string& team, decider::Turn& turn);

void Apply(const v1::ChallengeReported& reported, decider::State& state);

}  // namespace throughline::cycles
