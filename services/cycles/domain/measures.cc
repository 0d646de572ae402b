#include "cycles/domain/measures.h"

#include <algorithm>
#include <map>

#include "cycles/domain/impact.h"
#include "cycles/domain/tables.h"
#include "disclosure/disclose.h"
#include "disclosure/smallest_cell.h"

namespace throughline::cycles {

namespace {

using common::v1::CycleEvidence;
using plans::v1::Measure;

// A team is looked back on for as many cycles: before its first results a cycle has no numbers.
constexpr int kCyclesOfATeam = 3;

bool SaysALevel(const CycleEvidence& shown) {
  return shown.matched() > 0 && shown.has_baseline_mean() && shown.has_mean_change() &&
         shown.basis() == common::v1::BASIS_ABSOLUTE;
}

// By team, the latest numbers there are.
std::map<std::string, const CycleEvidence*> LatestOf(const std::string& indicator,
                                                     const std::vector<v1::Cycle>& cycles) {
  std::map<std::string, const CycleEvidence*> latest;
  for (const v1::Cycle& cycle : cycles) {
    const CycleEvidence& evidence = EvidenceOf(cycle, indicator);
    if (SaysALevel(evidence)) latest[cycle.team()] = &evidence;
  }
  return latest;
}

void SayLine(const Measure& measure, core::Date since, const core::InstructionalCalendar& calendar,
             v1::MeasureStanding& standing) {
  const auto until = core::ParseDate(measure.date());
  const auto day = core::ParseDate(standing.latest_result());
  if (!measure.has_baseline() || !measure.has_target() || !until || !day) return;
  const int all = calendar.CountBetween(since, *until);
  const double passed =
      all <= 0 ? 1
               : std::clamp(static_cast<double>(calendar.CountBetween(since, *day)) / all, 0., 1.);
  standing.set_expected(measure.baseline() + passed * (measure.target() - measure.baseline()));
  standing.set_on_pace(measure.lower_is_better() ? standing.value() <= standing.expected()
                                                 : standing.value() >= standing.expected());
}

v1::MeasureStanding StandingOf(const plans::v1::PlanInForceNoted& plan, const Measure& measure,
                               const std::vector<v1::Cycle>& cycles,
                               const core::InstructionalCalendar& calendar) {
  v1::MeasureStanding standing;
  standing.set_plan(plan.plan());
  standing.set_measure(measure.measure());
  standing.set_statement(measure.statement());
  standing.set_indicator(measure.indicator());
  if (measure.has_baseline()) standing.set_baseline(measure.baseline());
  if (measure.has_target()) standing.set_target(measure.target());
  standing.set_date(measure.date());
  standing.set_lower_is_better(measure.lower_is_better());
  double sum = 0;
  int students = 0;
  std::string latest;
  for (const auto& [team, evidence] : LatestOf(measure.indicator(), cycles)) {
    sum += evidence->matched() * (evidence->baseline_mean() + evidence->mean_change());
    students += evidence->matched();
    standing.set_teams(standing.teams() + 1);
    latest = std::max(latest, evidence->latest_result());  // dates are in the order of their texts
  }
  if (students == 0) return standing;
  standing.set_value(sum / students);
  standing.set_students(students);
  standing.set_latest_result(latest);
  SayLine(measure, core::FromDays(plan.since_day()), calendar, standing);
  return standing;
}

}  // namespace

std::vector<v1::MeasureStanding> StandingsOf(const plans::v1::PlanInForceNoted& plan,
                                             const std::vector<v1::Cycle>& cycles,
                                             const core::InstructionalCalendar& calendar) {
  std::vector<v1::MeasureStanding> standings;
  for (const Measure& measure : plan.measures()) {
    standings.push_back(StandingOf(plan, measure, cycles, calendar));
  }
  return standings;
}

void AddLatestCycles(std::string_view team_key, const v1::TeamCyclesRow& team,
                     std::vector<std::string>& keys) {
  const auto [district, school, id] = core::SplitKey<3>(team_key);
  for (int number = std::max(1, team.last_number() - kCyclesOfATeam + 1);
       number <= team.last_number(); ++number) {
    keys.push_back(JoinKey(district, school, CycleId(district, school, id, number)));
  }
}

std::vector<v1::MeasureStanding> MeasuresNow(const plans::v1::PlanInForceNoted& plan,
                                             const decider::State& state) {
  if (plan.measures().empty()) return {};
  std::vector<std::string> keys;
  state.ForEach(kTeamCycles, JoinKey(plan.district(), plan.school(), ""),
                [&](const std::string& key, const v1::TeamCyclesRow& team) {
                  AddLatestCycles(key, team, keys);
                });
  std::vector<v1::Cycle> cycles;
  for (const std::string& key : keys) {
    const auto* cycle = state.Find(kCycles, key);
    if (cycle == nullptr) continue;
    disclosure::HideSmallCells(
        cycles.emplace_back(*cycle),
        disclosure::SmallestCell(district::PolicyOf(state, plan.district())));
  }
  return StandingsOf(plan, cycles, district::CalendarOf(state, plan.district(), plan.school()));
}

}  // namespace throughline::cycles
