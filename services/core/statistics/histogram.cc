#include "core/statistics/histogram.h"

#include <cmath>
#include <numeric>

namespace throughline::core {

std::optional<int> PercentileStep(std::span<const int64_t> counts, double share) {
  const int64_t total = std::accumulate(counts.begin(), counts.end(), int64_t{0});
  if (total <= 0) return std::nullopt;
  // A share such as 0.2 is a little more than a fifth in binary: that must not cost a count.
  const auto wanted =
      static_cast<int64_t>(std::ceil(share * static_cast<double>(total) * (1 - 1e-12)));
  int64_t below = 0;
  for (size_t step = 0; step < counts.size(); ++step) {
    below += counts[step];
    if (below > 0 && below >= wanted) return static_cast<int>(step);
  }
  return static_cast<int>(counts.size()) - 1;
}

}  // namespace throughline::core
