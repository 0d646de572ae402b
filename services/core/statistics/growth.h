// Growth of matched students between a baseline and now.
#pragma once

#include <optional>

#include "core/statistics/summary.h"

namespace throughline::core {

struct Growth {
  double baseline_mean = 0;
  double mean_change = 0;
  // 95 % confidence interval of the mean change (Student t with n - 1 degrees of freedom); absent
  // for fewer than two students.
  std::optional<double> low;
  std::optional<double> high;
};

// In units of `unit` of the scores: 1e-4 gives percent of scale for scores in ppm. Absent when
// there are no pairs.
std::optional<Growth> GrowthOf(const PairedSummary& pairs, double unit = 1);

// Growth that is wanted after so many instructional days, in the unit of the baseline mean:
// `share_a_year` of the baseline mean a year, in proportion to time (Marzano 2006).
double DesiredGrowth(double baseline_mean, double share_a_year, int days, int days_a_year);

}  // namespace throughline::core
