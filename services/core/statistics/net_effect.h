// What a practice did beyond what would have come anyway: the change of those who used it less the
// change of those who did not.
#pragma once

#include <cstdint>
#include <optional>

#include "core/statistics/effect_size.h"
#include "core/statistics/paired_moments.h"

namespace throughline::core {

// A sample measured before and after.
struct BeforeAndAfter {
  double n = 0;
  double before = 0;     // mean
  double after = 0;      // mean
  double sd_before = 0;  // with n - 1
};

// d_ppc2 of Morris (2008), "Estimating effect sizes from pretest-posttest-control group designs",
// Organizational Research Methods 11: c [(M1 - M0) - (C1 - C0)] / SD0, SD0 pooled over both before,
// c = 1 - 3 / (4 (n1 + n2 - 2) - 1); variance 2 (1 - r) (1/n1 + 1/n2) + d^2 / (2 (n1 + n2)), with r
// the correlation of before and after. Absent for fewer than two on a side, or without spread.
std::optional<Effect> NetEffect(const BeforeAndAfter& users, const BeforeAndAfter& others,
                                double correlation);

// The same from the paired scores of both, r from their pooled sums within each.
std::optional<Effect> NetEffect(const PairedMoments& users, const PairedMoments& others);

// Of an effect: how many percentiles an average student moves, 100 * normal(d) - 50.
double ImprovementIndex(double d);

}  // namespace throughline::core
