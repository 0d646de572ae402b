// What teams are told of the practices that they use, or were offered and did not decline: that one
// is promising or proven, as long as it is.
#pragma once

#include "decider/decider.h"
#include "throughline/cycles/v1/offer_events.pb.h"
#include "throughline/cycles/v1/practice_events.pb.h"

namespace throughline::cycles {

// Whether teams are told that a practice has this standing.
bool IsTold(v1::PracticeStanding standing);

// Of the teams of this partition.
void Decide(const v1::PracticeStandingChanged& changed, decider::Turn& turn);
// The practice is another one now.
void TellOfNoMore(const v1::Practice& merged, decider::Turn& turn);
// The team uses it no longer.
void TellNoMore(const v1::Adoption& adoption, decider::Turn& turn);
// The team is offered it.
void TellOffered(const v1::OfferOpened& opened, decider::Turn& turn);
// The team does not want it.
void TellDeclined(const v1::Offer& offer, decider::Turn& turn);

}  // namespace throughline::cycles
