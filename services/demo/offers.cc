#include "demo/offers.h"

#include "demo/calls.h"
#include "demo/lines.h"

namespace throughline::demo {

using core::Result;
using cycles::v1::OffersService;

namespace {

bool IsAbout(const DemoOfferAnswer& said, const cycles::v1::Offer& offer) {
  if (said.practice.empty() && said.from_team.empty()) return true;
  if (offer.has_practice()) return said.practice == offer.practice().practice();
  return said.from_school == offer.from().school() && said.from_team == offer.from().team();
}

std::string InWords(const cycles::v1::Offer& offer, const DemoOfferAnswer& said) {
  const std::string what =
      offer.has_practice()
          ? "to use " + offer.practice().name()
          : fmt::format("to learn from {} {}", offer.from().school(), offer.from().team());
  const bool takes = said.answer == cycles::v1::OFFER_ANSWER_TAKE_UP;
  return fmt::format("{} {} {} the offer {}", offer.school(), offer.team(),
                     takes ? "takes up" : "declines", what);
}

}  // namespace

Result<void> DemoOffers::Live(core::Date day) {
  if (std::chrono::weekday(day) != std::chrono::Monday) return {};
  cycles::v1::ListOffersRequest list;
  list.set_district(script_.district);
  list.set_state(cycles::v1::OFFER_STATE_OPEN);
  auto offers = CallPages(*connection_.offers, &OffersService::Stub::ListOffers, list);
  if (!offers) return core::Refuse(offers.error());
  for (const cycles::v1::Offer& offer : offers->offers()) {
    const DemoOfferAnswer* said = AnswerTo(offer);
    if (said == nullptr) continue;
    if (auto done = Answer(offer, *said); !done) return done;
    PrintLine(day, "offer", InWords(offer, *said));
  }
  return {};
}

const DemoOfferAnswer* DemoOffers::AnswerTo(const cycles::v1::Offer& offer) const {
  for (const DemoTeam& team : script_.teams) {
    if (team.school != offer.school() || team.team != offer.team()) continue;
    for (const DemoOfferAnswer& said : team.offers) {
      if (IsAbout(said, offer)) return &said;
    }
  }
  return nullptr;
}

Result<void> DemoOffers::Answer(const cycles::v1::Offer& offer, const DemoOfferAnswer& said) {
  cycles::v1::AnswerOfferRequest request;
  request.set_request_id("demo/offer/" + offer.offer());
  request.set_district(script_.district);
  request.set_school(offer.school());
  request.set_team(offer.team());
  request.set_offer(offer.offer());
  request.set_answer(said.answer);
  request.set_reason(said.reason);
  return Do(said.place, *connection_.offers, &OffersService::Stub::AnswerOffer, request);
}

}  // namespace throughline::demo
