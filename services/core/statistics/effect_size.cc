#include "core/statistics/effect_size.h"

#include <cmath>

namespace throughline::core {

namespace {

constexpr double kNormal975 = 1.959963984540054;  // 97.5 % quantile of the normal distribution

}  // namespace

double SmallSampleCorrection(double degrees_of_freedom) {
  return 1 - 3 / (4 * degrees_of_freedom - 1);
}

Effect WithNormalInterval(double d, double variance) {
  const double half = kNormal975 * std::sqrt(variance);
  return {d, variance, d - half, d + half};
}

std::optional<Effect> StandardizedMeanChange(const PairedSummary& pairs) {
  const double n = pairs.n();
  const auto correlation = pairs.Correlation();
  if (n < 3 || !correlation) return std::nullopt;
  const double d =
      SmallSampleCorrection(n - 1) * pairs.change.mean / std::sqrt(*pairs.baseline.Variance());
  return WithNormalInterval(d, 2 * (1 - *correlation) / n + d * d / (2 * n));
}

std::optional<Effect> HedgesG(const Summary& complement, const Summary& group) {
  const double n1 = complement.n, n2 = group.n;
  if (n1 < 2 || n2 < 2) return std::nullopt;
  const double pooled = std::sqrt((complement.deviations + group.deviations) / (n1 + n2 - 2));
  if (pooled == 0) return std::nullopt;
  const double g = SmallSampleCorrection(n1 + n2 - 2) * (complement.mean - group.mean) / pooled;
  return WithNormalInterval(g, (n1 + n2) / (n1 * n2) + g * g / (2 * (n1 + n2)));
}

}  // namespace throughline::core
