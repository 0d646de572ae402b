#include "core/statistics/proportion.h"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>

namespace throughline::core {

std::optional<Proportion> ProportionOf(int64_t seen, int64_t cases) {
  if (cases <= 0) return std::nullopt;
  const double n = static_cast<double>(cases);
  const double share = static_cast<double>(seen) / n;
  const double z = boost::math::quantile(boost::math::normal(), 0.975);
  const double middle = (share + z * z / (2 * n)) / (1 + z * z / n);
  const double half =
      z / (1 + z * z / n) * std::sqrt(share * (1 - share) / n + z * z / (4 * n * n));
  return Proportion{share, std::max(0.0, middle - half), std::min(1.0, middle + half)};
}

}  // namespace throughline::core
