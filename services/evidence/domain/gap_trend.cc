#include "evidence/domain/gap_trend.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "disclosure/numbers_in_words.h"

namespace throughline::evidence {

namespace {

constexpr double kZ95 = 1.959964;
constexpr double kLevel = 0.005;  // under this two decimals say 0.00

v1::GapPoint GapPointOf(const WindowGap& gap) {
  v1::GapPoint point;
  point.set_cycle(gap.row.cycle());
  point.set_first_day(gap.first_day);
  point.set_last_day(gap.last_day);
  const common::v1::GapEvidence& shown = gap.row.gap();
  if (!gap.row.has_gap() || !shown.has_current_g()) {
    const auto absent = gap.row.absent();
    point.set_absent(absent == common::v1::ABSENCE_REASON_UNSPECIFIED
                         ? common::v1::ABSENCE_REASON_SMALL_CELL
                         : absent);
    return point;
  }
  point.set_g(shown.current_g());
  point.set_group_count(shown.group_count());
  point.set_complement_count(shown.complement_count());
  if (!shown.has_current_variance()) return point;
  const double half = kZ95 * std::sqrt(shown.current_variance());
  point.set_low(shown.current_g() - half);
  point.set_high(shown.current_g() + half);
  return point;
}

std::string GapStanding(double g, std::string_view others) {
  if (std::abs(g) < kLevel) return fmt::format("level with {}", others);
  return g > 0 ? fmt::format("{:.2f} SD behind {}", g, others)
               : fmt::format("{:.2f} SD ahead of {}", -g, others);
}

// From which standing to which, as the gap itself is said: "0.98 ahead to 0.58 behind".
std::string IntervalInWords(const v1::GapPoint& point) {
  if (!point.has_low()) return "";
  const double low = std::abs(point.low()), high = std::abs(point.high());
  if (point.low() >= 0) return fmt::format(" (95 %: {:.2f} to {:.2f} behind)", low, high);
  if (point.high() <= 0) return fmt::format(" (95 %: {:.2f} to {:.2f} ahead)", low, high);
  return fmt::format(" (95 %: {:.2f} ahead to {:.2f} behind)", low, high);
}

// The two windows are mostly of the same students: to take them for independent claims less.
std::string_view Movement(const v1::GapPoint& first, const v1::GapPoint& last) {
  if (!first.has_low() || !last.has_low()) return "whether that is more than chance is not known";
  const double half = std::hypot((first.high() - first.low()) / 2, (last.high() - last.low()) / 2);
  const double moved = last.g() - first.g();
  if (moved > half) return "the gap grew by more than chance";
  if (moved < -half) return "the gap closed by more than chance";
  return "the difference may be chance";
}

std::string TrendSentence(const v1::GapTrend& trend) {
  std::vector<const v1::GapPoint*> shown;
  for (const v1::GapPoint& point : trend.points()) {
    if (point.has_g()) shown.push_back(&point);
  }
  if (shown.empty()) return "In no window may the gap be shown: too few students.";
  const v1::GapPoint &first = *shown.front(), &last = *shown.back();
  if (shown.size() == 1) {
    return fmt::format("The group was {}{} in the one window that is shown, up to {}.",
                       GapStanding(last.g(), "the others"), IntervalInWords(last),
                       disclosure::DayInWords(last.last_day()));
  }
  return fmt::format(
      "The group was {}{} in the latest of {} windows, up to {}, and {} in the first: {}.",
      GapStanding(last.g(), "the others"), IntervalInWords(last), shown.size(),
      disclosure::DayInWords(last.last_day()), GapStanding(first.g(), "them"),
      Movement(first, last));
}

}  // namespace

std::vector<v1::GapTrend> GapTrendsOf(const std::vector<WindowGap>& gaps) {
  std::map<std::tuple<std::string, std::string, std::string, std::string>, v1::GapTrend> trends;
  for (const WindowGap& gap : gaps) {
    const v1::GapRow& row = gap.row;
    v1::GapTrend& trend = trends[{row.school(), row.team(), row.indicator(), row.group()}];
    trend.set_school(row.school());
    trend.set_team(row.team());
    trend.set_indicator(row.indicator());
    trend.set_group(row.group());
    trend.set_as_of_ms(std::max(trend.as_of_ms(), row.gap().as_of_ms()));
    *trend.add_points() = GapPointOf(gap);
  }
  std::vector<v1::GapTrend> all;
  for (auto& [key, trend] : trends) {
    std::stable_sort(
        trend.mutable_points()->begin(), trend.mutable_points()->end(),
        [](const v1::GapPoint& a, const v1::GapPoint& b) { return a.first_day() < b.first_day(); });
    trend.set_sentence(TrendSentence(trend));
    all.push_back(std::move(trend));
  }
  return all;
}

}  // namespace throughline::evidence
