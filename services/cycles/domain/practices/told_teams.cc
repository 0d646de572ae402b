#include "cycles/domain/practices/told_teams.h"

#include <vector>

#include "cycles/domain/conditions.h"
#include "cycles/domain/offers/offer_rows.h"
#include "cycles/domain/practices/in_use.h"
#include "cycles/domain/practices/library_rows.h"
#include "cycles/domain/tables.h"

namespace throughline::cycles {

namespace {

// Of an adoption, or an offer.
template <class OfTeam>
v1::Condition PracticeCondition(const OfTeam& of_team, const std::string& practice) {
  v1::Condition condition;
  condition.set_district(of_team.district());
  condition.set_school(of_team.school());
  condition.set_team(of_team.team());
  condition.set_trigger(common::v1::TRIGGER_PRACTICE_STANDING);
  condition.set_severity(v1::SEVERITY_INFO);
  condition.set_reason(EffectOf(condition.trigger()).reason());
  condition.mutable_practice()->set_practice(practice);
  return condition;
}

v1::Condition PracticeCondition(const v1::Adoption& adoption) {
  return PracticeCondition(adoption, adoption.practice());
}

std::vector<v1::Adoption> AdoptionsOf(const std::string& district, const std::string& practice,
                                      const decider::State& state) {
  std::vector<v1::Adoption> adoptions;
  state.ForEach(kAdoptions, JoinKey(district, ""),
                [&](const std::string&, const v1::Adoption& adoption) {
                  if (adoption.practice() == practice) adoptions.push_back(adoption);
                });
  return adoptions;
}

// `finding` says what the practice is now.
void ClearTold(v1::Condition condition, v1::PracticeFinding finding, decider::Turn& turn) {
  const auto* told = turn.state().Find(kConditions, ConditionKey(condition));
  if (told == nullptr) return;
  finding.set_before(told->practice().assessment().standing());
  if (finding.name().empty()) finding.set_name(told->practice().name());
  *condition.mutable_practice() = std::move(finding);
  Clear(condition, turn);
}

// With what was told.
void ClearAsTold(const v1::Condition& condition, decider::Turn& turn) {
  const auto* told = turn.state().Find(kConditions, ConditionKey(condition));
  if (told != nullptr) Clear(v1::Condition(*told), turn);
}

void Tell(v1::Condition condition, const v1::PracticeFinding& finding, bool is_concerned,
          decider::Turn& turn) {
  if (!IsTold(finding.assessment().standing())) {
    ClearTold(std::move(condition), finding, turn);
  } else if (is_concerned) {
    *condition.mutable_practice() = finding;
    Raise(condition, turn);
  }
}

}  // namespace

bool IsTold(v1::PracticeStanding standing) {
  return standing == v1::PRACTICE_STANDING_PROMISING || standing == v1::PRACTICE_STANDING_PROVEN;
}

void Decide(const v1::PracticeStandingChanged& changed, decider::Turn& turn) {
  const v1::PracticeFinding& finding = changed.practice();
  for (const v1::Adoption& adoption :
       AdoptionsOf(changed.district(), finding.practice(), turn.state())) {
    Tell(PracticeCondition(adoption), finding, IsInUse(adoption), turn);
  }
  for (const v1::Offer& offer : OffersOf(changed.district(), finding.practice(), turn.state())) {
    Tell(PracticeCondition(offer, finding.practice()), finding,
         offer.state() != v1::OFFER_STATE_DECLINED, turn);
  }
}

void TellOfNoMore(const v1::Practice& merged, decider::Turn& turn) {
  v1::PracticeFinding finding;
  finding.set_practice(merged.practice());
  finding.set_name(merged.name());
  for (const v1::Adoption& adoption :
       AdoptionsOf(merged.district(), merged.practice(), turn.state())) {
    ClearTold(PracticeCondition(adoption), finding, turn);
  }
  for (const v1::Offer& offer : OffersOf(merged.district(), merged.practice(), turn.state())) {
    ClearTold(PracticeCondition(offer, merged.practice()), finding, turn);
  }
}

void TellNoMore(const v1::Adoption& adoption, decider::Turn& turn) {
  const auto* offer = LastOfferOf(adoption.district(), adoption.practice(), adoption.school(),
                                  adoption.team(), turn.state());
  // Those it is on offer to are told, too.
  if (offer != nullptr && offer->state() == v1::OFFER_STATE_OPEN) return;
  ClearAsTold(PracticeCondition(adoption), turn);
}

void TellOffered(const v1::OfferOpened& opened, decider::Turn& turn) {
  if (!opened.has_practice()) return;
  Tell(PracticeCondition(opened.offer(), opened.practice().practice()), opened.practice(), true,
       turn);
}

void TellDeclined(const v1::Offer& offer, decider::Turn& turn) {
  const std::string practice =
      Canonical(turn.state(), kKnownLibrary, offer.district(), offer.practice().practice());
  const auto* adoption = turn.state().Find(
      kAdoptions, JoinKey(offer.district(), offer.school(), offer.team(), practice));
  if (adoption != nullptr && IsInUse(*adoption)) return;
  ClearAsTold(PracticeCondition(offer, practice), turn);
}

}  // namespace throughline::cycles
