#include "evidence/domain/run_chart_weeks.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "disclosure/smallest_cell.h"
#include "evidence/domain/shown_scores.h"
#include "evidence/domain/tables.h"
#include "evidence/domain/trail.h"

namespace throughline::evidence {

namespace {

constexpr int32_t kDaysAWeek = 7;
constexpr int32_t kFirstMonday = -3;  // 1970 began on a Thursday

core::KeysUnder WeekScoresKeys(const TeamKey& team, std::string_view indicator, int32_t day) {
  const int32_t four_weeks = WeekOf(day) >> 2;
  return core::KeysUnder(team.district, team.school, indicator, fmt::format("{:04}", four_weeks));
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
  const auto place = [&](int i) { return std::pair(row.days(i), row.results(i)); };
  int last = -1;
  for (int i = 0; i < row.results_size(); ++i) {
    if (WeekOf(row.days(i)) != WeekOf(day) || (!team.empty() && row.teams(i) != team)) continue;
    if (last < 0 || place(last) < place(i)) last = i;
  }
  WeekScore latest;
  if (last < 0) return latest;
  v1::TrailPoint& point = latest.score.emplace();
  point.set_result(row.results(last));
  point.set_day(row.days(last));
  point.set_ppm(row.ppms(last));
  if (!team.empty()) latest.class_id = row.class_ids(last);
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

void AddWeekRows(const TeamKey& team, std::string_view indicator, int32_t day,
                 std::vector<decider::RowKey>& rows, StudentKeys& of_students) {
  of_students.emplace_back(kWeekScores.name, WeekScoresKeys(team, indicator, day));
  for (const TeamKey& chart : ChartsOf(team)) {
    rows.push_back(
        {std::string(kChartWeeks.name), ChartWeekKey(RunChartKey(chart, indicator), WeekOf(day))});
  }
}

ChartWeek::ChartWeek(const TeamKey& team, std::string_view indicator, int32_t day)
    : day_(day), of_students_(WeekScoresKeys(team, indicator, day)) {
  for (const TeamKey& chart : ChartsOf(team)) {
    charts_.push_back({chart.team, ChartWeekKey(RunChartKey(chart, indicator), WeekOf(day))});
  }
}

void ChartWeek::Count(const v1::RecordedResult& result, const v1::TrailPoint& point, bool in,
                      decider::State& state) {
  const std::string& student = result.student();
  const std::string_view of_student = of_students_.Of(student);
  v1::WeekScoresRow& row = state.Edit(kWeekScores, of_student);
  std::array<WeekScore, 2> before;  // of the school, and of the team
  for (size_t i = 0; i < charts_.size(); ++i) {
    before[i] = LatestOfWeek(row, day_, charts_[i].team);
  }
  in ? AddScore(point, result.team(), result.class_id(), row) : RemoveScore(point.result(), row);
  for (size_t i = 0; i < charts_.size(); ++i) {
    const WeekScore now = LatestOfWeek(row, day_, charts_[i].team);
    if (SameScore(before[i], now)) continue;
    NoteScore(student, before[i].score, now.score,
              *state.Edit(kChartWeeks, charts_[i].week).mutable_scores(),
              {before[i].class_id, now.class_id});
    charts_[i].changed = true;
  }
  if (row.results().empty()) state.Erase(kWeekScores, of_student);
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
