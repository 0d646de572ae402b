#include "cycles/domain/practices/told_teams.h"

#include <vector>

#include "cycles/domain/conditions.h"
#include "cycles/domain/practices/in_use.h"
#include "cycles/domain/tables.h"

namespace throughline::cycles {

namespace {

v1::Condition ConditionOf(const v1::Adoption& adoption) {
  v1::Condition condition;
  condition.set_district(adoption.district());
  condition.set_school(adoption.school());
  condition.set_team(adoption.team());
  condition.set_trigger(common::v1::TRIGGER_PRACTICE_STANDING);
  condition.set_severity(v1::SEVERITY_INFO);
  condition.set_reason(EffectOf(condition.trigger()).reason());
  condition.mutable_practice()->set_practice(adoption.practice());
  return condition;
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

}  // namespace

bool IsTold(v1::PracticeStanding standing) {
  return standing == v1::PRACTICE_STANDING_PROMISING || standing == v1::PRACTICE_STANDING_PROVEN;
}

void Decide(const v1::PracticeStandingChanged& changed, decider::Turn& turn) {
  const v1::PracticeFinding& finding = changed.practice();
  const bool tells = IsTold(finding.assessment().standing());
  for (const v1::Adoption& adoption :
       AdoptionsOf(changed.district(), finding.practice(), turn.state())) {
    v1::Condition condition = ConditionOf(adoption);
    if (!tells) {
      ClearTold(std::move(condition), finding, turn);
    } else if (IsInUse(adoption)) {
      *condition.mutable_practice() = finding;
      Raise(condition, turn);
    }
  }
}

void TellOfNoMore(const v1::Practice& merged, decider::Turn& turn) {
  v1::PracticeFinding finding;
  finding.set_practice(merged.practice());
  finding.set_name(merged.name());
  for (const v1::Adoption& adoption :
       AdoptionsOf(merged.district(), merged.practice(), turn.state())) {
    ClearTold(ConditionOf(adoption), finding, turn);
  }
}

void TellNoMore(const v1::Adoption& adoption, decider::Turn& turn) {
  v1::Condition condition = ConditionOf(adoption);
  const auto* told = turn.state().Find(kConditions, ConditionKey(condition));
  if (told != nullptr) Clear(v1::Condition(*told), turn);
}

}  // namespace throughline::cycles
