#include "evidence/domain/shown_sums.h"

#include <cmath>

namespace throughline::evidence {

namespace {

core::WideSum Whole(double sum) {
  return core::WideSum::Of(static_cast<unsigned __int128>(static_cast<__int128>(std::round(sum))));
}

double SquaresOf(const core::Summary& scores) {
  return scores.deviations + scores.n * scores.mean * scores.mean;
}

}  // namespace

common::v1::PairedSums ShownSums(const Pool& pool) {
  common::v1::PairedSums sums;
  if (pool.pairs.n() == 0 || pool.basis == common::v1::BASIS_UNEQUATED) return sums;
  const double millionths = pool.basis == common::v1::BASIS_RELATIVE ? 1e6 : 1e4;
  const core::Summary &before = pool.pairs.baseline, &after = pool.pairs.current;
  sums.set_n(std::llround(before.n));
  sums.set_before(std::llround(before.n * before.mean * millionths));
  sums.set_after(std::llround(after.n * after.mean * millionths));
  const core::WideSum before_squares = Whole(SquaresOf(before) * millionths * millionths);
  const core::WideSum after_squares = Whole(SquaresOf(after) * millionths * millionths);
  const core::WideSum products = Whole(
      (pool.pairs.codeviations + before.n * before.mean * after.mean) * millionths * millionths);
  sums.set_before_squares_low(before_squares.low);
  sums.set_before_squares_high(before_squares.high);
  sums.set_after_squares_low(after_squares.low);
  sums.set_after_squares_high(after_squares.high);
  sums.set_products_low(products.low);
  sums.set_products_high(products.high);
  return sums;
}

}  // namespace throughline::evidence
