#include "cycles/domain/offers/offer_rows.h"

#include "cycles/domain/practices/library_rows.h"

namespace throughline::cycles {

namespace {

std::string LastKey(const std::string& district, const std::string& thing,
                    const std::string& school, const std::string& team) {
  return JoinKey(district, thing, school, team);
}

}  // namespace

std::string SubjectOf(const v1::Offer& offer) {
  return core::Key{offer.district(), offer.school()}.Text();
}

std::string KeyOf(const v1::Offer& offer) {
  return JoinKey(offer.district(), offer.school(), offer.team(), offer.offer());
}

std::string ThingOf(const v1::Offer& offer) {
  if (offer.has_practice()) return offer.practice().practice();
  return ThingOf(offer.from().school(), offer.from().team());
}

std::string ThingOf(const std::string& school, const std::string& team) {
  return core::DerivedId({"team", school, team});
}

std::string OfferIdOf(const v1::Offer& offer) {
  return core::DerivedId({"offer", offer.challenge(), offer.school(), offer.team(),
                          offer.has_practice() ? "practice" : "team", ThingOf(offer)});
}

const v1::Offer* LastOfferOf(const std::string& district, const std::string& thing,
                             const std::string& school, const std::string& team,
                             const decider::State& state) {
  const auto* last = state.Find(kLastOffers, LastKey(district, thing, school, team));
  if (last == nullptr) return nullptr;
  return state.Find(kOffers, JoinKey(district, school, team, last->offer()));
}

std::vector<v1::Offer> OffersOf(const std::string& district, const std::string& practice,
                                const decider::State& state) {
  std::vector<v1::Offer> offers;
  state.ForEach(kLastOffers, JoinKey(district, practice, ""),
                [&](const std::string&, const v1::LastOfferRow& last) {
                  const auto* offer = state.Find(
                      kOffers, JoinKey(district, last.school(), last.team(), last.offer()));
                  if (offer != nullptr) offers.push_back(*offer);
                });
  return offers;
}

v1::Condition OverdueOf(const v1::Offer& offer) {
  v1::Condition condition;
  condition.set_district(offer.district());
  condition.set_school(offer.school());
  condition.set_team(offer.team());
  condition.set_offer(offer.offer());
  condition.set_trigger(common::v1::TRIGGER_OFFER_OVERDUE);
  condition.set_severity(v1::SEVERITY_WARNING);
  condition.set_due(offer.due());
  return condition;
}

void Put(const v1::Offer& offer, decider::State& state) {
  v1::Offer& row = state.Edit(kOffers, KeyOf(offer));
  const int opened = static_cast<int>(offer.state() == v1::OFFER_STATE_OPEN) -
                     static_cast<int>(row.state() == v1::OFFER_STATE_OPEN);
  row = offer;
  if (opened != 0) {
    v1::OpenOffersRow& open = state.Edit(kOpenOffers, SubjectOf(offer));
    open.set_open(open.open() + opened);
  }
  std::string thing = ThingOf(offer);
  if (offer.has_practice()) thing = Canonical(state, kKnownLibrary, offer.district(), thing);
  v1::LastOfferRow& last =
      state.Edit(kLastOffers, LastKey(offer.district(), thing, offer.school(), offer.team()));
  last.set_school(offer.school());
  last.set_team(offer.team());
  last.set_offer(offer.offer());
}

void MoveOffers(const v1::Practice& merged, decider::State& state) {
  std::vector<v1::LastOfferRow> rows;
  state.ForEach(kLastOffers, JoinKey(merged.district(), merged.practice(), ""),
                [&](const std::string&, const v1::LastOfferRow& row) { rows.push_back(row); });
  const std::string into = Canonical(state, kKnownLibrary, merged.district(), merged.merged_into());
  for (const v1::LastOfferRow& row : rows) {
    state.Erase(kLastOffers,
                LastKey(merged.district(), merged.practice(), row.school(), row.team()));
    const std::string key = LastKey(merged.district(), into, row.school(), row.team());
    if (state.Find(kLastOffers, key) == nullptr) state.Edit(kLastOffers, key) = row;
  }
}

}  // namespace throughline::cycles
