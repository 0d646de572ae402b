// A share of a number of cases, and how far it may be from the one behind it.
#pragma once

#include <cstdint>
#include <optional>

namespace throughline::core {

struct Proportion {
  double share = 0;
  // The 95 % interval of Wilson (1927), "Probable inference, the law of succession, and statistical
  // inference", JASA 22, without continuity correction: R's prop.test(correct = FALSE). Unlike
  // share ± 1.96 standard errors it holds for few cases, and stays within 0 and 1.
  double low = 0;
  double high = 0;
};

// Of `cases`, `seen` are so. Absent without cases.
std::optional<Proportion> ProportionOf(int64_t seen, int64_t cases);

}  // namespace throughline::core
