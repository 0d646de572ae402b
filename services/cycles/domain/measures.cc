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

// As the plan says it.
v1::MeasureStanding WithoutNumbers(const plans::v1::PlanInForceNoted& plan,
                                   const Measure& measure) {
  v1::MeasureStanding standing;
  standing.set_plan(plan.plan());
  standing.set_measure(measure.measure());
  standing.set_statement(measure.statement());
  standing.set_indicator(measure.indicator());
  standing.set_assessment(measure.assessment());
  if (measure.has_baseline()) standing.set_baseline(measure.baseline());
  if (measure.has_target()) standing.set_target(measure.target());
  standing.set_date(measure.date());
  standing.set_lower_is_better(measure.lower_is_better());
  return standing;
}

void AddNumbers(const std::vector<v1::Cycle>& cycles, v1::MeasureStanding& standing) {
  double sum = 0;
  int students = 0;
  std::string latest;
  for (const auto& [team, evidence] : LatestOf(standing.indicator(), cycles)) {
    sum += evidence->matched() * (evidence->baseline_mean() + evidence->mean_change());
    students += evidence->matched();
    standing.set_teams(standing.teams() + 1);
    latest = std::max(latest, evidence->latest_result());  // dates are in the order of their texts
  }
  if (students == 0) return;
  standing.set_value(sum / students);
  standing.set_students(students);
  standing.set_latest_result(latest);
}

void AddNumbers(const std::vector<v1::SchoolMeanNoted>& means, int32_t year, int64_t smallest,
                v1::MeasureStanding& standing) {
  for (const v1::SchoolMeanNoted& mean : means) {
    const bool is_it = mean.assessment() == standing.assessment() && mean.year() == year;
    if (!is_it || !mean.has_mean() || mean.students() < smallest) continue;
    standing.set_value(mean.mean());
    standing.set_students(mean.students());
    standing.set_latest_result(mean.latest_result());
  }
}

std::vector<v1::SchoolMeanNoted> MeansOf(const plans::v1::PlanInForceNoted& plan,
                                         const decider::State& state) {
  std::vector<v1::SchoolMeanNoted> means;
  for (const Measure& measure : plan.measures()) {
    if (measure.assessment().empty()) continue;
    const auto* mean =
        state.Find(kSchoolMeans, JoinKey(plan.district(), plan.school(), measure.assessment()));
    if (mean != nullptr) means.push_back(*mean);
  }
  return means;
}

}  // namespace

std::vector<v1::MeasureStanding> StandingsOf(const plans::v1::PlanInForceNoted& plan,
                                             const std::vector<v1::Cycle>& cycles,
                                             const std::vector<v1::SchoolMeanNoted>& means,
                                             int64_t smallest,
                                             const core::InstructionalCalendar& calendar) {
  std::vector<v1::MeasureStanding> standings;
  for (const Measure& measure : plan.measures()) {
    v1::MeasureStanding& standing = standings.emplace_back(WithoutNumbers(plan, measure));
    measure.assessment().empty() ? AddNumbers(cycles, standing)
                                 : AddNumbers(means, plan.year(), smallest, standing);
    if (standing.has_value()) {
      SayLine(measure, core::FromDays(plan.since_day()), calendar, standing);
    }
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
  const int64_t smallest = disclosure::SmallestCell(district::PolicyOf(state, plan.district()));
  std::vector<v1::Cycle> cycles;
  for (const std::string& key : keys) {
    const auto* cycle = state.Find(kCycles, key);
    if (cycle == nullptr) continue;
    disclosure::HideSmallCells(cycles.emplace_back(*cycle), smallest);
  }
  return StandingsOf(plan, cycles, MeansOf(plan, state), smallest,
                     district::CalendarOf(state, plan.district(), plan.school()));
}

void Decide(const evidence::v1::SchoolMeanReleased& released, decider::Turn& turn) {
  const auto* known = turn.state().Find(
      kSchoolMeans, JoinKey(released.district(), released.school(), released.assessment()));
  // A correction of a year that is over.
  if (known != nullptr && known->year() > released.year()) return;
  v1::SchoolMeanNoted noted;
  noted.set_district(released.district());
  noted.set_school(released.school());
  noted.set_assessment(released.assessment());
  noted.set_year(released.year());
  noted.set_students(released.students());
  if (released.has_mean()) noted.set_mean(released.mean());
  noted.set_latest_result(released.latest_result());
  turn.Emit(noted, core::Key{released.district(), released.school()}.Text());
}

void Apply(const v1::SchoolMeanNoted& noted, decider::State& state) {
  state.Edit(kSchoolMeans, JoinKey(noted.district(), noted.school(), noted.assessment())) = noted;
}

}  // namespace throughline::cycles
