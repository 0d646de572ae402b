#include "core/statistics/funnel.h"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>

namespace throughline::core {

std::optional<FunnelLimits> FunnelLimitsOf(double share, int64_t cases) {
  if (cases <= 0) return std::nullopt;
  const double error = std::sqrt(share * (1 - share) / static_cast<double>(cases));
  const auto limit = [&](double quantile) {
    const double z = boost::math::quantile(boost::math::normal(), quantile);
    return std::clamp(share + z * error, 0.0, 1.0);
  };
  return FunnelLimits{limit(0.025), limit(0.975), limit(0.001), limit(0.999)};
}

}  // namespace throughline::core
