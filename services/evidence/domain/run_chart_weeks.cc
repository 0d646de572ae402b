#include "evidence/domain/run_chart_weeks.h"

#include <fmt/format.h>

#include <utility>

#include "disclosure/smallest_cell.h"
#include "evidence/domain/tables.h"
#include "evidence/domain/trail.h"
#include "evidence/domain/weeks.h"

namespace throughline::evidence {

namespace {

std::vector<TeamKey> ChartsOf(const TeamKey& team) {
  std::vector<TeamKey> charts{{team.district, team.school, ""}};
  if (!team.team.empty()) charts.push_back(team);
  return charts;
}

bool SameScore(const WeekScore& one, const WeekScore& other) {
  if (!one.score || !other.score) return !one.score && !other.score;
  return one.score->ppm() == other.score->ppm() && one.class_id == other.class_id;
}

bool IsLater(const v1::TrailRow& trail, int one, int other) {
  const auto order = [&](int i) { return std::pair(trail.days(i), trail.results(i)); };
  return other < 0 || order(one) > order(other);
}

// -1: there is none.
WeekScore ScoreAt(const v1::TrailRow& trail, int i, bool in_class) {
  WeekScore latest;
  if (i < 0) return latest;
  v1::TrailPoint& point = latest.score.emplace();
  point.set_result(trail.results(i));
  point.set_day(trail.days(i));
  point.set_ppm(trail.ppms(i));
  if (in_class) latest.class_id = PlaceOf(trail, i).class_id();
  return latest;
}

}  // namespace

std::string RunChartKey(const TeamKey& team, std::string_view indicator) {
  return JoinKey(team.district, team.school, team.team, indicator);
}

std::string ChartWeekKey(std::string_view run_chart, int32_t week) {
  return JoinKey(run_chart, fmt::format("{:05}", week));
}

void AddWeekRows(const TeamKey& team, std::string_view indicator, int32_t day,
                 std::vector<decider::RowKey>& rows) {
  for (const TeamKey& chart : ChartsOf(team)) {
    rows.push_back(
        {std::string(kChartWeeks.name), ChartWeekKey(RunChartKey(chart, indicator), WeekOf(day))});
  }
}

ChartWeek::ChartWeek(const TeamKey& team, std::string_view indicator, int32_t day)
    : monday_(core::ToDays(MondayOf(WeekOf(day)))) {
  for (const TeamKey& chart : ChartsOf(team)) {
    charts_.push_back({chart.team, ChartWeekKey(RunChartKey(chart, indicator), WeekOf(day))});
  }
}

ChartWeek::Latest ChartWeek::LatestIn(const v1::TrailRow& trail) const {
  const std::string& team = charts_.back().team;
  int of_school = -1, of_team = -1;
  for (int i = 0; i < trail.days_size(); ++i) {
    const int32_t day = trail.days(i);
    if (day < monday_ || day >= monday_ + kDaysAWeek) continue;
    if (IsLater(trail, i, of_school)) of_school = i;
    const bool in_team = !team.empty() && PlaceOf(trail, i).team() == team;
    if (in_team && IsLater(trail, i, of_team)) of_team = i;
  }
  return {ScoreAt(trail, of_school, false), ScoreAt(trail, of_team, true)};
}

void ChartWeek::Note(const std::string& student, const Latest& before, const v1::TrailRow& trail,
                     decider::State& state) {
  const Latest now = LatestIn(trail);
  for (size_t i = 0; i < charts_.size(); ++i) {
    if (SameScore(before[i], now[i])) continue;
    NoteScore(student, before[i].score, now[i].score,
              *state.Edit(kChartWeeks, charts_[i].week).mutable_scores(),
              {before[i].class_id, now[i].class_id});
    charts_[i].changed = true;
  }
}

void ChartWeek::AddChanged(std::set<std::string>& changed) const {
  for (const Chart& chart : charts_) {
    if (chart.changed) changed.insert(chart.week);
  }
}

void MoveChartWeeks(const std::string& district, const std::set<std::string>& changed,
                    core::Instant time, decider::State& state) {
  const int64_t smallest = disclosure::SmallestCell(PolicyOf(state, district));
  for (const std::string& key : changed) {
    v1::ChartWeekRow& row = state.Edit(kChartWeeks, key);
    const auto plan = PlanOf(row.scores(), smallest);
    if (plan.any) {
      *row.mutable_scores() = RowAfter(std::move(*row.mutable_scores()), plan);
      row.set_as_of_ms(core::ToMillis(time));
    }
    if (row.scores().moves() == 0 && row.scores().pending().empty()) {
      state.Erase(kChartWeeks, key);
    }
  }
}

}  // namespace throughline::evidence
