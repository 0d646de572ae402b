#include "core/statistics/growth.h"

#include <boost/math/distributions/students_t.hpp>
#include <cmath>

namespace throughline::core {

std::optional<Growth> GrowthOf(const PairedSummary& pairs, double unit) {
  if (pairs.n() == 0) return std::nullopt;
  Growth growth;
  growth.baseline_mean = pairs.baseline.mean * unit;
  growth.mean_change = pairs.change.mean * unit;
  if (auto variance = pairs.change.Variance()) {
    const boost::math::students_t t(pairs.n() - 1);
    const double half = boost::math::quantile(t, 0.975) * unit * std::sqrt(*variance / pairs.n());
    growth.low = growth.mean_change - half;
    growth.high = growth.mean_change + half;
  }
  return growth;
}

double DesiredGrowth(double baseline_mean, double share_a_year, int days, int days_a_year) {
  return baseline_mean * share_a_year * days / days_a_year;
}

}  // namespace throughline::core
