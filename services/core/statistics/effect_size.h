// Effect sizes.
#pragma once

#include <optional>

#include "core/statistics/summary.h"

namespace throughline::core {

struct Effect {
  double d = 0;
  double variance = 0;
  // 95 % interval, d -/+ 1.96 standard errors (normal).
  double low = 0;
  double high = 0;
};

// Hedges' correction for small samples, with so many degrees of freedom: 1 - 3 / (4 m - 1).
double SmallSampleCorrection(double degrees_of_freedom);
Effect WithNormalInterval(double d, double variance);

// Standardized mean change with raw-score standardization: d = J (M1 - M0) / SD0 with
// J = 1 - 3 / (4 (n - 1) - 1); variance 2 (1 - r) / n + d^2 / (2 n) (Becker 1988).
// Absent for fewer than three pairs or without spread at either end.
std::optional<Effect> StandardizedMeanChange(const PairedSummary& pairs);

// Hedges' g, positive when `group` is behind `complement`: J (M_complement - M_group) / pooled SD
// with J = 1 - 3 / (4 (n1 + n2 - 2) - 1); variance (n1 + n2) / (n1 n2) + g^2 / (2 (n1 + n2)).
// Absent for fewer than two on a side or without spread.
std::optional<Effect> HedgesG(const Summary& complement, const Summary& group);

}  // namespace throughline::core
