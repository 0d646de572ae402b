// Rational elimination, done modulo a prime: what vanishes there vanishes in fractions but with a
// probability of nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace throughline::disclosure {

inline constexpr int64_t kPrime = 2'147'483'647;

using Row = std::vector<int64_t>;  // numbers from 0 to below the prime

// Reduced row echelon form, with pivots in the order of `columns`; rows of nothing are left out.
void Reduce(std::vector<Row>& rows, const std::vector<size_t>& columns);

}  // namespace throughline::disclosure
