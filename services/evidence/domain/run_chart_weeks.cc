#include "evidence/domain/run_chart_weeks.h"

#include <fmt/format.h>

#include <algorithm>

#include "disclosure/smallest_cell.h"
#include "evidence/domain/shown_scores.h"
#include "evidence/domain/tables.h"
#include "evidence/domain/trail.h"

namespace throughline::evidence {

namespace {

constexpr int32_t kDaysAWeek = 7;
constexpr int32_t kFirstMonday = -3;  // 1970 began on a Thursday

std::string WeekScoresKey(const TeamKey& team, std::string_view indicator, int32_t day,
                          std::string_view student) {
  const int32_t four_weeks = WeekOf(day) >> 2;
  return JoinKey(team.district, team.school, indicator, fmt::format("{:04}", four_weeks), student);
}

std::vector<TeamKey> ChartsOf(const TeamKey& team) {
  std::vector<TeamKey> charts{{team.district, team.school, ""}};
  if (!team.team.empty()) charts.push_back(team);
  return charts;
}

struct WeekScore {
  LatestScore score;
  std::string class_id;  // empty: of all of the school's students
};

bool SameScore(const WeekScore& one, const WeekScore& other) {
  if (!one.score || !other.score) return !one.score && !other.score;
  return one.score->ppm() == other.score->ppm() && one.class_id == other.class_id;
}

// In the week of the day; in any team when `team` is empty.
WeekScore LatestOfWeek(const v1::WeekScoresRow& row, int32_t day, std::string_view team) {
  WeekScore latest;
  for (int i = 0; i < row.results_size(); ++i) {
    if (WeekOf(row.days(i)) != WeekOf(day) || (!team.empty() && row.teams(i) != team)) continue;
    v1::TrailPoint point;
    point.set_result(row.results(i));
    point.set_day(row.days(i));
    point.set_ppm(row.ppms(i));
    if (latest.score && !IsBefore(*latest.score, point)) continue;
    latest.score = std::move(point);
    if (!team.empty()) latest.class_id = row.class_ids(i);
  }
  return latest;
}

void AddScore(const v1::TrailPoint& point, const std::string& team, const std::string& class_id,
              v1::WeekScoresRow& row) {
  row.add_results(point.result());
  row.add_days(point.day());
  row.add_ppms(point.ppm());
  row.add_teams(team);
  row.add_class_ids(class_id);
}

void RemoveScore(uint64_t result, v1::WeekScoresRow& row) {
  const auto& results = row.results();
  const auto at = std::find(results.begin(), results.end(), result) - results.begin();
  if (at == results.size()) return;
  row.mutable_results()->erase(row.results().begin() + at);
  row.mutable_days()->erase(row.days().begin() + at);
  row.mutable_ppms()->erase(row.ppms().begin() + at);
  row.mutable_teams()->erase(row.teams().begin() + at);
  row.mutable_class_ids()->erase(row.class_ids().begin() + at);
}

}  // namespace

int32_t WeekOf(int32_t day) {
  const int32_t since = day - kFirstMonday;
  return (since >= 0 ? since : since - kDaysAWeek + 1) / kDaysAWeek;
}

core::Date MondayOf(int32_t week) { return core::FromDays(week * kDaysAWeek + kFirstMonday); }

std::string RunChartKey(const TeamKey& team, std::string_view indicator) {
  return JoinKey(team.district, team.school, team.team, indicator);
}

std::string ChartWeekKey(std::string_view run_chart, int32_t week) {
  return JoinKey(run_chart, fmt::format("{:05}", week));
}

void AddWeekRows(const TeamKey& team, std::string_view indicator, std::string_view student,
                 int32_t day, std::vector<decider::RowKey>& rows) {
  rows.push_back({std::string(kWeekScores.name), WeekScoresKey(team, indicator, day, student)});
  for (const TeamKey& chart : ChartsOf(team)) {
    rows.push_back(
        {std::string(kChartWeeks.name), ChartWeekKey(RunChartKey(chart, indicator), WeekOf(day))});
  }
}

void CountInWeek(const TeamKey& team, std::string_view indicator, const v1::RecordedResult& result,
                 const v1::TrailPoint& point, bool in, decider::State& state,
                 std::set<std::string>& changed) {
  const std::string& student = result.student();
  const std::string of_student = WeekScoresKey(team, indicator, point.day(), student);
  v1::WeekScoresRow& row = state.Edit(kWeekScores, of_student);
  const std::vector<TeamKey> charts = ChartsOf(team);
  std::vector<WeekScore> before;
  for (const TeamKey& chart : charts) before.push_back(LatestOfWeek(row, point.day(), chart.team));
  in ? AddScore(point, team.team, result.class_id(), row) : RemoveScore(point.result(), row);
  for (size_t i = 0; i < charts.size(); ++i) {
    const WeekScore now = LatestOfWeek(row, point.day(), charts[i].team);
    if (SameScore(before[i], now)) continue;
    std::string week = ChartWeekKey(RunChartKey(charts[i], indicator), WeekOf(point.day()));
    NoteScore(student, before[i].score, now.score, *state.Edit(kChartWeeks, week).mutable_scores(),
              {before[i].class_id, now.class_id});
    changed.insert(std::move(week));
  }
  if (row.results().empty()) state.Erase(kWeekScores, of_student);
}

void MoveChartWeeks(const std::string& district, const std::set<std::string>& changed,
                    core::Instant time, decider::State& state) {
  const int64_t smallest = disclosure::SmallestCell(PolicyOf(state, district));
  for (const std::string& key : changed) {
    v1::ChartWeekRow& row = state.Edit(kChartWeeks, key);
    const auto plan = PlanOf(row.scores(), smallest);
    if (plan.any) {
      *row.mutable_scores() = RowAfter(row.scores(), plan);
      row.set_as_of_ms(core::ToMillis(time));
    }
    if (row.scores().moves() == 0 && row.scores().pending().empty()) {
      state.Erase(kChartWeeks, key);
    }
  }
}

}  // namespace throughline::evidence
