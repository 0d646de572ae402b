#include "evidence/domain/moments_row.h"

namespace throughline::evidence {

namespace {

core::WideSum Wide(uint64_t high, uint64_t low) { return {high, low}; }

}  // namespace

core::Moments MomentsOf(const v1::MomentsRow& row) {
  return core::Moments(row.n(), row.sum(), Wide(row.squares_high(), row.squares_low()));
}

void Store(const core::Moments& moments, v1::MomentsRow& row) {
  row.set_n(moments.n());
  row.set_sum(moments.sum());
  row.set_squares_low(moments.squares().low);
  row.set_squares_high(moments.squares().high);
}

core::PairedMoments PairedMomentsOf(const v1::PairedMomentsRow& row) {
  return core::PairedMoments(MomentsOf(row.baseline()), MomentsOf(row.current()),
                             Wide(row.products_high(), row.products_low()));
}

void Store(const core::PairedMoments& moments, v1::PairedMomentsRow& row) {
  Store(moments.baseline(), *row.mutable_baseline());
  Store(moments.current(), *row.mutable_current());
  row.set_products_low(moments.products().low);
  row.set_products_high(moments.products().high);
}

}  // namespace throughline::evidence
