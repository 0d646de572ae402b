// An offer to a team: opened, answered, taken up and given back by designs, or lapsed, on the key
// of the team's school.
#pragma once

#include <string>

#include "cycles/domain/offers/offer_timers.h"
#include "decider/decider.h"
#include "throughline/cycles/v1/cycle.pb.h"
#include "throughline/cycles/v1/offer_events.pb.h"
#include "throughline/cycles/v1/offers_service.pb.h"
#include "throughline/cycles/v1/practice_events.pb.h"

namespace throughline::cycles {

// Opens it, unless the team is not active, uses the practice, or has the same on offer already.
void Decide(const v1::OfferMade& made, decider::Turn& turn);
void Decide(const v1::AnswerOfferRequest& request, decider::Turn& turn);
void DecideTimer(const OfferTimer& timer, decider::Turn& turn);

// The design is done: what it names and the team was offered is taken up, a practice or the team
// that one came from.
void TakeUpOffers(const v1::Cycle& cycle, decider::Turn& turn);
// The design is not done any more: gives back what it took up. It is open again, or lapses when its
// last day is over; what the team took up itself stays taken up.
void ReturnOffers(const v1::Cycle& cycle, decider::Turn& turn);
// The design was amended: the same of what it names no longer.
void ReturnUnnamedOffers(const v1::Cycle& cycle, decider::Turn& turn);
// The team is no longer active.
void LapseOffersTo(const std::string& district, const std::string& school, const std::string& team,
                   decider::Turn& turn);
// Of a practice that is retired by now, those of this partition.
void LapseOffersOf(const v1::PracticeStandingChanged& changed, decider::Turn& turn);

void Apply(const v1::OfferOpened& opened, decider::State& state);
void Apply(const v1::OfferAnswered& answered, decider::State& state);
void Apply(const v1::OfferLapsed& lapsed, decider::State& state);
void Apply(const v1::OfferAdopted& adopted, decider::State& state);
void Apply(const v1::OfferReturned& returned, decider::State& state);

}  // namespace throughline::cycles
