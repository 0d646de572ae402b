#include "core/statistics/run_chart.h"

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <cmath>

namespace throughline::core {

namespace {

constexpr double kFewCrossings = 0.05;

}  // namespace

std::optional<double> MedianOf(std::vector<double> values) {
  if (values.empty()) return std::nullopt;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return (*std::max_element(values.begin(), middle) + *middle) / 2;
}

RunLimits RunLimitsOf(int useful_points) {
  RunLimits limits;
  limits.longest_run = static_cast<int>(std::lround(std::log2(useful_points) + 3));
  const boost::math::binomial crossings(useful_points - 1, 0.5);
  while (boost::math::cdf(crossings, limits.crossings) < kFewCrossings) ++limits.crossings;
  return limits;
}

std::optional<RunChart> RunChartOf(std::span<const double> values, double centre) {
  struct Run {
    bool is_above;
    int points;
  };
  std::vector<Run> runs;
  RunChart chart;
  for (const double value : values) {
    if (value == centre) continue;
    ++chart.useful_points;
    const bool is_above = value > centre;
    if (runs.empty() || runs.back().is_above != is_above) runs.push_back({is_above, 0});
    ++runs.back().points;
  }
  if (chart.useful_points < kUsefulPointsAtLeast) return std::nullopt;
  chart.crossings = static_cast<int>(runs.size()) - 1;
  chart.limits = RunLimitsOf(chart.useful_points);
  chart.is_above = runs.back().is_above;
  for (const Run& run : runs) {
    chart.longest_run = std::max(chart.longest_run, run.points);
    if (run.points <= chart.limits.longest_run) continue;
    chart.latest_long_run = run.points;
    chart.is_above = run.is_above;
  }
  return chart;
}

}  // namespace throughline::core
