// Whether a number that is taken week after week moves by more than chance: the rules of Anhøj and
// Olesen (2014), "Run charts revisited", PLoS ONE 9(11), e113825. Around an unchanged process each
// value is as likely above the median as below it, so long runs on one side and few crossings of it
// are rare.
#pragma once

#include <optional>
#include <span>
#include <vector>

namespace throughline::core {

// Of fewer values nothing is said: runs that long are chance.
inline constexpr int kUsefulPointsAtLeast = 10;

// The median; of an even number of values the mean of the two in the middle. nullopt of none.
std::optional<double> MedianOf(std::vector<double> values);

struct RunLimits {
  int longest_run = 0;  // a run of more points than this is a signal
  int crossings = 0;    // fewer crossings than this are a signal
};
// By the number of useful points, 1 or more: round(log2 n + 3), and the 5 % quantile of
// Binomial(n - 1, 1/2).
RunLimits RunLimitsOf(int useful_points);

struct RunChart {
  int useful_points = 0;  // those on the centre tell nothing, and are skipped
  int longest_run = 0;
  int crossings = 0;
  RunLimits limits;
  int latest_long_run = 0;  // points of the latest run that is too long; 0: none is
  // Whether the latest run that is too long lies above the centre; where none is, the latest run.
  bool is_above = false;

  bool IsRunTooLong() const { return longest_run > limits.longest_run; }
  bool AreCrossingsTooFew() const { return crossings < limits.crossings; }
  bool IsSignal() const { return IsRunTooLong() || AreCrossingsTooFew(); }
};

// Of the values in order of time; nullopt with too few useful points to say anything.
std::optional<RunChart> RunChartOf(std::span<const double> values, double centre);

}  // namespace throughline::core
