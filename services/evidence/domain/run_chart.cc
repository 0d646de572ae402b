#include "evidence/domain/run_chart.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "core/date.h"
#include "core/statistics/run_chart.h"
#include "disclosure/rounding.h"
#include "disclosure/smallest_cell.h"
#include "evidence/domain/moments_row.h"
#include "evidence/domain/run_chart_baselines.h"
#include "evidence/domain/run_chart_sentence.h"
#include "evidence/domain/run_chart_weeks.h"
#include "evidence/domain/school_year.h"
#include "evidence/domain/shown_scores.h"
#include "evidence/domain/weeks.h"

namespace throughline::evidence {

namespace {

constexpr int kTaughtAWeek = 5;  // instructional

std::string MondayText(int32_t week) { return core::FormatDate(MondayOf(week)); }

// Those that have begun and have an instructional day, in order.
std::vector<int32_t> WeeksOf(const ChartParts& parts) {
  using std::chrono::days;
  const auto year = DaysOfSchoolYear(parts.year, parts.calendar);
  std::vector<int32_t> weeks;
  const int32_t last = WeekOf(core::ToDays(std::min(year.last, parts.today)));
  for (int32_t week = WeekOf(core::ToDays(year.first)); week <= last; ++week) {
    const core::Date monday = MondayOf(week);
    if (parts.calendar.CountBetween(monday, monday + days{7}) > 0) weeks.push_back(week);
  }
  return weeks;
}

// What is shown of a team and of its school are mostly the same students: as with the mean of a
// school, nothing may follow from both of the few who are in one of them only.
double RoundedMean(const core::Moments& scores, const ChartParts& parts) {
  const double mean = scores.Mean() / kPpmOfAPercent;
  const double spread = std::sqrt(scores.Variance().value_or(0)) / kPpmOfAPercent;
  // What is said of a team is rounded to a quarter of a smallest cell, as its growth is.
  const double of_cell = parts.is_of_team ? spread / 4 : spread;
  return disclosure::Rounded(mean, of_cell, scores.n(), parts.smallest);
}

v1::RunChartPoint ChartPoint(int32_t week, const ChartParts& parts) {
  v1::RunChartPoint point;
  point.set_week(MondayText(week));
  const auto found = parts.weeks.find(week);
  if (found == parts.weeks.end()) {
    point.set_absent(common::v1::ABSENCE_REASON_NO_RESULTS);
    return point;
  }
  const v1::ShownScoresRow& row = found->second.scores();
  const core::Moments scores = MomentsOf(row.scores());
  if (scores.n() == 0 && row.pending().empty()) {
    point.set_absent(common::v1::ABSENCE_REASON_NO_RESULTS);
  } else if (scores.n() < parts.smallest) {
    point.set_absent(common::v1::ABSENCE_REASON_SMALL_CELL);
  } else {
    point.set_mean(RoundedMean(scores, parts));
    point.set_students_at_least(static_cast<int32_t>(scores.n() / parts.smallest * parts.smallest));
    point.set_held_back(!row.pending().empty());
  }
  return point;
}

// From a week on; the year's first ones are a baseline without a decision.
std::vector<std::pair<int32_t, const v1::BaselineDecision*>> BaselinesOf(const ChartParts& parts,
                                                                         int32_t first) {
  std::map<int32_t, const v1::BaselineDecision*> of_weeks{{first, nullptr}};
  const auto year = DaysOfSchoolYear(parts.year, parts.calendar);
  for (const v1::BaselineDecision& one : parts.baselines.decisions()) {
    const auto day = core::ParseDate(one.from());
    if (!day || *day < year.first || year.last < *day || parts.today < *day) continue;
    of_weeks[WeekOf(core::ToDays(*day))] = &one;
  }
  return {of_weeks.begin(), of_weeks.end()};
}

// The points from one week on to the one before another.
std::vector<const v1::RunChartPoint*> ShownBetween(const v1::RunChart& chart, int32_t from,
                                                   std::optional<int32_t> until) {
  std::vector<const v1::RunChartPoint*> shown;
  for (const v1::RunChartPoint& point : chart.points()) {
    const bool is_in =
        MondayText(from) <= point.week() && (!until || point.week() < MondayText(*until));
    if (is_in && point.has_mean()) shown.push_back(&point);
  }
  return shown;
}

std::vector<double> MeansOf(const std::vector<const v1::RunChartPoint*>& points) {
  std::vector<double> means;
  for (const v1::RunChartPoint* point : points) means.push_back(point->mean());
  return means;
}

void SetCentre(std::vector<const v1::RunChartPoint*> points, v1::RunChartBaseline& baseline) {
  if (points.size() < kBaselinePoints) return;
  points.resize(kBaselinePoints);
  baseline.set_centre(*core::MedianOf(MeansOf(points)));
  baseline.set_last_week(points.back()->week());
}

v1::RunChartVerdict VerdictOf(const core::RunChart& runs) {
  if (!runs.IsSignal()) return v1::RUN_CHART_VERDICT_NO_SIGNAL;
  return runs.is_above ? v1::RUN_CHART_VERDICT_IMPROVEMENT : v1::RUN_CHART_VERDICT_CONCERN;
}

void SetSignal(const core::RunChart& runs, v1::RunChartSignal& signal) {
  signal.set_verdict(VerdictOf(runs));
  signal.set_useful_points(runs.useful_points);
  signal.set_longest_run(runs.longest_run);
  signal.set_longest_run_limit(runs.limits.longest_run);
  signal.set_crossings(runs.crossings);
  signal.set_crossings_limit(runs.limits.crossings);
  signal.set_latest_long_run(runs.latest_long_run);
}

// Whether those who are in no class that is shown are nobody or enough.
bool ShowsClasses(const v1::ShownScoresRow& scores, int64_t smallest) {
  int64_t others = scores.scores().n();
  for (const v1::ClassMoments& one : scores.classes()) {
    if (one.scores().n() >= smallest) others -= one.scores().n();
  }
  return disclosure::IsNoneOrEnough(others, smallest);
}

void SetDesired(const v1::RunChartBaseline& baseline, const ChartParts& parts,
                v1::DesiredLine& line) {
  line.set_first_week(baseline.last_week());
  line.set_start(baseline.centre());
  line.set_per_year(parts.desired_per_year);
  line.set_per_week(baseline.centre() * parts.desired_per_year * kTaughtAWeek /
                    parts.days_per_year);
}

}  // namespace

v1::RunChart ChartOf(const ChartParts& parts) {
  v1::RunChart chart;
  chart.set_year(parts.year);
  for (const int32_t week : WeeksOf(parts)) {
    *chart.add_points() = ChartPoint(week, parts);
    const auto found = parts.weeks.find(week);
    if (found == parts.weeks.end() || !chart.points().rbegin()->has_mean()) continue;
    chart.set_as_of_ms(std::max(chart.as_of_ms(), found->second.as_of_ms()));
  }
  const auto year = DaysOfSchoolYear(parts.year, parts.calendar);
  const auto baselines = BaselinesOf(parts, WeekOf(core::ToDays(year.first)));
  for (size_t i = 0; i < baselines.size(); ++i) {
    const auto [week, decision] = baselines[i];
    const bool is_last = i + 1 == baselines.size();
    const auto until = is_last ? std::nullopt : std::optional(baselines[i + 1].first);
    v1::RunChartBaseline& baseline = *chart.add_baselines();
    baseline.set_first_week(MondayText(week));
    if (decision != nullptr) *baseline.mutable_decision() = *decision;
    const auto points = ShownBetween(chart, week, until);
    SetCentre(points, baseline);
    if (!is_last || !baseline.has_centre()) continue;
    SetDesired(baseline, parts, *chart.mutable_desired());
    const auto runs = core::RunChartOf(MeansOf(points), baseline.centre());
    if (runs) SetSignal(*runs, *chart.mutable_signal());
  }
  chart.set_sentence(RunChartSentence(chart));
  return chart;
}

ChartWeeks WeeksOfClass(const ChartWeeks& weeks, const std::string& class_id, int64_t smallest) {
  ChartWeeks of_class;
  for (const auto& [week, row] : weeks) {
    v1::ChartWeekRow& one = of_class[week];
    for (const v1::ClassMoments& scores : row.scores().classes()) {
      if (scores.class_id() != class_id || !ShowsClasses(row.scores(), smallest)) continue;
      *one.mutable_scores()->mutable_scores() = scores.scores();
      one.set_as_of_ms(row.as_of_ms());
    }
    // Others of the team have a result: how many of the class have is not told.
    if (one.scores().scores().n() == 0) one.mutable_scores()->add_pending();
  }
  return of_class;
}

}  // namespace throughline::evidence
