// How many students a number has to rest on before it is shown.
#pragma once

#include <algorithm>
#include <cstdint>

#include "throughline/common/v1/policy.pb.h"

namespace throughline::disclosure {

inline constexpr int64_t kSmallestCell = 10;

// By the district's policy; a policy that was set when less was allowed is read as the least that
// is allowed now.
inline int64_t SmallestCell(const common::v1::Policy& policy) {
  return std::max<int64_t>(policy.smallest_cell(), kSmallestCell);
}

// Of numbers of an earlier moment that are shown now: what was allowed then, and what is now.
inline int64_t SmallestCell(const common::v1::Policy& then, const common::v1::Policy& now) {
  return std::max(SmallestCell(then), SmallestCell(now));
}

// Whether a number of students says of nobody that there are few like them.
inline bool IsNoneOrEnough(int64_t students, int64_t smallest) {
  return students == 0 || students >= smallest;
}

}  // namespace throughline::disclosure
