// What teams that share a challenge are offered, decided on the district's own key: some of the
// other teams, and the practices that are promising or proven, serve an indicator on which the team
// meets the challenge, and are not used by it. Each offer is delivered to the team's school.
#pragma once

#include <string>

#include "decider/decider.h"
#include "throughline/cycles/v1/offer_events.pb.h"

namespace throughline::cycles {

// The challenge is shared from now on: to every team, the others and the practices.
void MakeOffers(const v1::CommonChallenge& challenge, decider::Turn& turn);
// A team has joined those who share it: to that team, and that team to the others. So what one
// analysis costs does not grow with what others were offered before.
void OfferToNewcomer(const v1::CommonChallenge& challenge, const v1::TeamChallenge& newcomer,
                     decider::Turn& turn);
// A practice changed, or its standing did: to every team with a challenge that it serves.
void OfferPractice(const std::string& district, const std::string& practice, decider::Turn& turn);

void Apply(const v1::OfferMade& made, decider::State& state);

}  // namespace throughline::cycles
