#include "evidence/domain/plan_growth.h"

#include <set>
#include <string>
#include <vector>

#include "district/district_notes.h"
#include "evidence/domain/school_means.h"
#include "evidence/domain/tables.h"
#include "evidence/domain/team_evidence.h"
#include "evidence/domain/trigger_rules.h"

namespace throughline::evidence {

namespace {

// The school's indicators whose growth the plan says.
std::vector<std::string> IndicatorsOf(const v1::DesiredGrowthNoted& plan,
                                      const decider::State& state) {
  const std::string prefix = JoinKey(plan.district(), plan.school(), "");
  std::vector<std::string> indicators;
  state.ForEach(kDesiredGrowth, prefix, [&](const std::string& key, const auto& row) {
    if (row.plan() == plan.plan()) indicators.push_back(key.substr(prefix.size()));
  });
  return indicators;
}

bool Says(const v1::DesiredGrowthNoted& noted, const decider::State& state) {
  for (const auto& one : noted.measured()) {
    if (!IsMeasured(noted.district(), noted.school(), one, state)) return true;
  }
  if (static_cast<int>(IndicatorsOf(noted, state).size()) != noted.indicators_size()) return true;
  for (const auto& one : noted.indicators()) {
    const auto* known =
        state.Find(kDesiredGrowth, JoinKey(noted.district(), noted.school(), one.indicator()));
    const bool same = known != nullptr && known->plan() == noted.plan() &&
                      known->per_year() == one.desired_growth_per_year();
    if (!same) return true;
  }
  return false;
}

// Open cycles of the school on these indicators are evaluated anew.
void EvaluateAllTriggers(const v1::DesiredGrowthNoted& noted,
                         const std::set<std::string>& indicators, decider::Turn& turn) {
  const std::string prefix = JoinKey(noted.district(), noted.school(), "");
  for (const EvidenceKey& key : OpenUnder(prefix, turn.state())) {
    if (indicators.contains(key.indicator)) EvaluateTriggers(key, turn);
  }
}

v1::DesiredGrowthNoted NothingOf(const plans::v1::SitePlan& plan) {
  v1::DesiredGrowthNoted noted;
  noted.set_district(plan.district());
  noted.set_school(plan.school());
  noted.set_plan(plan.plan());
  return noted;
}

}  // namespace

void Note(const v1::DesiredGrowthNoted& noted, decider::Turn& turn) {
  if (!Says(noted, turn.state())) return;
  const std::vector<std::string> before = IndicatorsOf(noted, turn.state());
  std::set<std::string> touched(before.begin(), before.end());
  for (const auto& one : noted.indicators()) touched.insert(one.indicator());
  turn.Emit(noted, core::Key{noted.district(), noted.school()}.Text());
  EvaluateAllTriggers(noted, touched, turn);
}

void Decide(const plans::v1::SitePlanPublished& published, decider::Turn& turn) {
  v1::DesiredGrowthNoted noted = NothingOf(published.plan());
  for (const auto& indicator : published.plan().indicators()) {
    if (!indicator.has_desired_growth_per_year()) continue;
    v1::WatchedIndicator& one = *noted.add_indicators();
    one.set_indicator(indicator.indicator());
    one.set_desired_growth_per_year(indicator.desired_growth_per_year());
  }
  const plans::v1::SitePlan& plan = published.plan();
  for (auto& one : MeasuredBy(plan, CalendarOf(turn.state(), plan.district(), plan.school()))) {
    *noted.add_measured() = std::move(one);
  }
  Note(noted, turn);
}

void Decide(const plans::v1::SitePlanChanged& changed, decider::Turn& turn) {
  if (changed.plan().state() != plans::v1::PLAN_STATE_CLOSED) return;
  Note(NothingOf(changed.plan()), turn);
}

void Apply(const v1::DesiredGrowthNoted& noted, core::Instant time, decider::State& state) {
  for (const std::string& indicator : IndicatorsOf(noted, state)) {
    state.Erase(kDesiredGrowth, JoinKey(noted.district(), noted.school(), indicator));
  }
  for (const auto& one : noted.indicators()) {
    v1::DesiredGrowthRow& row =
        state.Edit(kDesiredGrowth, JoinKey(noted.district(), noted.school(), one.indicator()));
    row.set_per_year(one.desired_growth_per_year());
    row.set_plan(noted.plan());
  }
  Measure(noted, time, state);
}

}  // namespace throughline::evidence
