#include "evidence/domain/run_chart_sentence.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/statistics/run_chart.h"
#include "disclosure/numbers_in_words.h"
#include "evidence/domain/run_chart_baselines.h"

namespace throughline::evidence {

namespace {

std::string Times(int times) { return times == 1 ? "once" : fmt::format("{} times", times); }

std::string WeeksShown(std::ptrdiff_t weeks) {
  if (weeks == 0) return "No week is";
  return weeks == 1 ? "1 week is" : fmt::format("{} weeks are", weeks);
}

// Of a signal, on which side.
std::string_view SideOf(const v1::RunChartSignal& signal) {
  return signal.verdict() == v1::RUN_CHART_VERDICT_IMPROVEMENT ? "above" : "below";
}

std::string TooEarlySentence(const v1::RunChart& chart) {
  const v1::RunChartBaseline& last = *chart.baselines().rbegin();
  const auto shown = std::count_if(
      chart.points().begin(), chart.points().end(),
      [&](const auto& point) { return point.has_mean() && last.first_week() <= point.week(); });
  if (shown < kBaselinePoints) {
    return fmt::format(
        "{} shown since {}; it takes {} to say whether they move by more than chance.",
        WeeksShown(shown), disclosure::DayInWords(last.first_week()), kBaselinePoints);
  }
  return fmt::format(
      "Too many points lie on the centre of {:.1f} % of scale: fewer than {} are left to say "
      "whether they move by more than chance.",
      last.centre(), core::kUsefulPointsAtLeast);
}

}  // namespace

std::string RunChartSentence(const v1::RunChart& chart) {
  if (!chart.has_signal()) return TooEarlySentence(chart);
  const v1::RunChartSignal& signal = chart.signal();
  const std::string centre =
      fmt::format("the centre of {:.1f} % of scale", chart.baselines().rbegin()->centre());
  if (signal.verdict() == v1::RUN_CHART_VERDICT_NO_SIGNAL) {
    return fmt::format(
        "No more than chance: of {} points at most {} in a row lie on one side of {}, and they "
        "cross it {}; more than {} in a row, or fewer than {} crossings, would be a "
        "signal.",
        signal.useful_points(), signal.longest_run(), centre, Times(signal.crossings()),
        signal.longest_run_limit(), signal.crossings_limit());
  }
  const std::string_view word =
      signal.verdict() == v1::RUN_CHART_VERDICT_IMPROVEMENT ? "Improvement" : "Concern";
  if (signal.latest_long_run() > 0) {
    return fmt::format(
        "{}: {} points in a row lie {} {}, of {} that do not lie on it; more than {} are seldom "
        "chance.",
        word, signal.latest_long_run(), SideOf(signal), centre, signal.useful_points(),
        signal.longest_run_limit());
  }
  return fmt::format(
      "{}: {} points cross {} only {}, and the latest lie {} it; fewer than {} crossings are "
      "seldom chance.",
      word, signal.useful_points(), centre, Times(signal.crossings()), SideOf(signal),
      signal.crossings_limit());
}

}  // namespace throughline::evidence
