#include "evidence/domain/desired_growth.h"

#include "evidence/domain/tables.h"

namespace throughline::evidence {

double DesiredGrowthPerYear(const EvidenceKey& evidence, const v1::Watch& watch,
                            const decider::State& state) {
  for (const auto& watched : watch.indicators()) {
    if (watched.indicator() == evidence.indicator && watched.has_desired_growth_per_year()) {
      return watched.desired_growth_per_year();
    }
  }
  const TeamKey& team = evidence.team;
  const auto* plan =
      state.Find(kDesiredGrowth, JoinKey(team.district, team.school, evidence.indicator));
  if (plan != nullptr) return plan->per_year();
  return PolicyOf(state, team.district).desired_growth_per_year();
}

}  // namespace throughline::evidence
