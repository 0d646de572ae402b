// Offers in the state: where they are, and what holds of them.
#pragma once

#include <string>
#include <vector>

#include "cycles/domain/tables.h"
#include "decider/decider.h"
#include "throughline/cycles/v1/offer_events.pb.h"

namespace throughline::cycles {

// Of the team's school, which an offer is kept with.
std::string SubjectOf(const v1::Offer& offer);
std::string KeyOf(const v1::Offer& offer);

// What is offered: the id of the practice, or one that is derived from the team.
std::string ThingOf(const v1::Offer& offer);
std::string ThingOf(const std::string& school, const std::string& team);
// Derived, so that the same thing is offered to a team for a challenge once.
std::string OfferIdOf(const v1::Offer& offer);

// The last offer of the thing to the team; null when there is none.
const v1::Offer* LastOfferOf(const std::string& district, const std::string& thing,
                             const std::string& school, const std::string& team,
                             const decider::State& state);

// Of the practice, the last one to each team of this partition.
std::vector<v1::Offer> OffersOf(const std::string& district, const std::string& practice,
                                const decider::State& state);

// That it is past its due day.
v1::Condition OverdueOf(const v1::Offer& offer);

// For Apply: stores the offer.
void Put(const v1::Offer& offer, decider::State& state);
// For Apply: the library changed; what was offered under the practice's old id was the other one.
void MoveOffers(const v1::Practice& merged, decider::State& state);

}  // namespace throughline::cycles
