#include "cycles/domain/visit_rows.h"

#include <algorithm>

#include "cycles/domain/conditions.h"

namespace throughline::cycles {

using core::Error;

std::string SubjectOf(const v1::Visit& visit) {
  return core::Key{visit.district(), visit.host()}.Text();
}

std::string KeyOf(const v1::Visit& visit) {
  return JoinKey(visit.district(), visit.host(), visit.visit());
}

bool IsOver(const v1::Visit& visit) {
  return visit.state() == v1::VISIT_STATE_FOLLOWED_UP || visit.state() == v1::VISIT_STATE_CANCELLED;
}

std::optional<Error> CheckTakesPart(const v1::Visit& visit, const std::string& school) {
  const auto& visitors = visit.visitors();
  const bool takes_part = school.empty() || school == visit.host() ||
                          std::find(visitors.begin(), visitors.end(), school) != visitors.end();
  if (takes_part) return std::nullopt;
  return NotAtTheVisit(school);
}

std::optional<Error> CheckIsHost(const v1::Visit& visit, const std::string& school) {
  if (school.empty() || school == visit.host()) return std::nullopt;
  return NotTheHost(school);
}

v1::Condition ConditionOf(const v1::Visit& visit, common::v1::Trigger trigger) {
  v1::Condition condition;
  condition.set_district(visit.district());
  condition.set_school(visit.host());
  condition.set_visit(visit.visit());
  condition.set_trigger(trigger);
  condition.set_severity(v1::SEVERITY_WARNING);
  return condition;
}

v1::Condition ConditionOf(const v1::Visit& visit, const v1::Commitment& commitment) {
  v1::Condition condition = ConditionOf(visit, common::v1::TRIGGER_COMMITMENT_OVERDUE);
  condition.set_commitment(commitment.commitment());
  condition.set_team(commitment.team());
  return condition;
}

void ClearAll(const v1::Visit& visit, decider::Turn& turn) {
  Clear(ConditionOf(visit, common::v1::TRIGGER_VISIT_OVERDUE), turn);
  for (const v1::Commitment& commitment : visit.commitments()) {
    Clear(ConditionOf(visit, commitment), turn);
  }
}

}  // namespace throughline::cycles
