#include "cycles/domain/practices/paired_sums.h"

namespace throughline::cycles {

using common::v1::PairedSums;

core::PairedMoments MomentsOf(const PairedSums& sums) {
  using core::Moments;
  return {Moments(sums.n(), sums.before(), {sums.before_squares_high(), sums.before_squares_low()}),
          Moments(sums.n(), sums.after(), {sums.after_squares_high(), sums.after_squares_low()}),
          {sums.products_high(), sums.products_low()}};
}

PairedSums SumsOf(const core::PairedMoments& moments) {
  PairedSums sums;
  sums.set_n(moments.n());
  sums.set_before(moments.baseline().sum());
  sums.set_after(moments.current().sum());
  sums.set_before_squares_low(moments.baseline().squares().low);
  sums.set_before_squares_high(moments.baseline().squares().high);
  sums.set_after_squares_low(moments.current().squares().low);
  sums.set_after_squares_high(moments.current().squares().high);
  sums.set_products_low(moments.products().low);
  sums.set_products_high(moments.products().high);
  return sums;
}

void PutIn(const PairedSums& sums, v1::WindowSumsRow& row) {
  *row.mutable_sums() = SumsOf(MomentsOf(row.sums()) += MomentsOf(sums));
  row.set_cycles(row.cycles() + 1);
}

void TakeOut(const PairedSums& sums, v1::WindowSumsRow& row) {
  *row.mutable_sums() = SumsOf(MomentsOf(row.sums()) -= MomentsOf(sums));
  row.set_cycles(row.cycles() - 1);
}

}  // namespace throughline::cycles
