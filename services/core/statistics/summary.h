// Means and deviations of scores that are not whole numbers any more: in another unit than that in
// which they are summed exactly, or of several units together. Plain values.
#pragma once

#include <optional>

#include "core/statistics/moments.h"
#include "core/statistics/paired_moments.h"

namespace throughline::core {

// What a score is counted in: x becomes (x - zero) / one.
struct Unit {
  double zero = 0;
  double one = 1;
};

struct Summary {
  Summary() = default;
  Summary(const Moments& moments, const Unit& unit = {});  // converts

  Summary& operator+=(const Summary& other);  // of other scores
  // With n - 1; absent for fewer than two values.
  std::optional<double> Variance() const;

  double n = 0;
  double mean = 0;
  double deviations = 0;  // sum of squared deviations from the mean
};

// Of pairs of a baseline and a current score of the same student.
struct PairedSummary {
  PairedSummary() = default;
  PairedSummary(const PairedMoments& pairs, const Unit& baseline = {},
                const Unit& current = {});  // converts

  PairedSummary& operator+=(const PairedSummary& other);  // of other students
  double n() const { return baseline.n; }
  // Pearson's; absent when either side has no spread.
  std::optional<double> Correlation() const;

  Summary baseline;
  Summary current;
  Summary change;
  double codeviations = 0;  // sum of products of deviations
};

}  // namespace throughline::core
