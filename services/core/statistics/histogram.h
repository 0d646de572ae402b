// The exact percentile of scores that are counted in steps.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace throughline::core {

// The first step at or under which at least `share` (0 to 1) of everything counted lies; absent
// when nothing is. With shares of whole counts this is R's quantile(type = 1).
std::optional<int> PercentileStep(std::span<const int64_t> counts, double share);

}  // namespace throughline::core
