#include "core/statistics/net_effect.h"

#include <cmath>
#include <numbers>

namespace throughline::core {

namespace {

BeforeAndAfter Of(const PairedMoments& pairs) {
  return {static_cast<double>(pairs.n()), pairs.baseline().Mean(), pairs.current().Mean(),
          std::sqrt(pairs.baseline().Variance().value_or(0))};
}

}  // namespace

std::optional<Effect> NetEffect(const BeforeAndAfter& users, const BeforeAndAfter& others,
                                double correlation) {
  if (users.n < 2 || others.n < 2) return std::nullopt;
  const double n = users.n + others.n;
  const double pooled = std::sqrt(((users.n - 1) * users.sd_before * users.sd_before +
                                   (others.n - 1) * others.sd_before * others.sd_before) /
                                  (n - 2));
  if (pooled == 0) return std::nullopt;
  const double difference = (users.after - users.before) - (others.after - others.before);
  const double d = SmallSampleCorrection(n - 2) * difference / pooled;
  return WithNormalInterval(d,
                            2 * (1 - correlation) * (1 / users.n + 1 / others.n) + d * d / (2 * n));
}

std::optional<Effect> NetEffect(const PairedMoments& users, const PairedMoments& others) {
  if (users.n() < 2 || others.n() < 2) return std::nullopt;
  const double before = users.baseline().Deviations() + others.baseline().Deviations();
  const double after = users.current().Deviations() + others.current().Deviations();
  if (before == 0 || after == 0) return std::nullopt;
  const double correlation =
      (users.Codeviations() + others.Codeviations()) / std::sqrt(before * after);
  return NetEffect(Of(users), Of(others), correlation);
}

double ImprovementIndex(double d) { return 50 * std::erf(d / std::numbers::sqrt2); }

}  // namespace throughline::core
