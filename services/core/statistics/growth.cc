#include "core/statistics/growth.h"

#include <boost/math/distributions/students_t.hpp>
#include <cmath>

namespace throughline::core {

std::optional<Growth> GrowthOf(const PairedMoments& pairs, double unit) {
  if (pairs.n() == 0) return std::nullopt;
  Growth growth;
  growth.n = pairs.n();
  growth.baseline_mean = pairs.baseline().Mean() * unit;
  growth.mean_change = pairs.MeanChange() * unit;
  if (auto variance = pairs.VarianceOfChange()) {
    const boost::math::students_t t(static_cast<double>(pairs.n() - 1));
    const double half = boost::math::quantile(t, 0.975) * unit *
                        std::sqrt(*variance / static_cast<double>(pairs.n()));
    growth.low = growth.mean_change - half;
    growth.high = growth.mean_change + half;
  }
  return growth;
}

double DesiredGrowth(double baseline_mean, double share_a_year, int days, int days_a_year) {
  return baseline_mean * share_a_year * days / days_a_year;
}

}  // namespace throughline::core
