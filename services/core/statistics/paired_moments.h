// Running moments of pairs of a baseline and a current score of the same student; exact, like
// Moments. Plain values.
#pragma once

#include "core/statistics/moments.h"

namespace throughline::core {

class PairedMoments {
 public:
  PairedMoments() = default;
  PairedMoments(Moments baseline, Moments current, WideSum products)
      : baseline_(baseline), current_(current), products_(products.Value()) {}

  void Add(int64_t baseline, int64_t current) { Fold(baseline, current, true); }
  void Remove(int64_t baseline, int64_t current) { Fold(baseline, current, false); }
  PairedMoments& operator+=(const PairedMoments& other);
  PairedMoments& operator-=(const PairedMoments& other);  // of moments that are part of these

  int64_t n() const { return baseline_.n(); }
  const Moments& baseline() const { return baseline_; }
  const Moments& current() const { return current_; }
  WideSum products() const { return WideSum::Of(products_); }
  double MeanChange() const;
  // Sum of squared deviations of the changes from their mean, from exact integers.
  double DeviationsOfChange() const;
  // Of the changes, with n - 1, from exact integers; absent for fewer than two pairs.
  std::optional<double> VarianceOfChange() const;
  // Pearson's; absent when either side has no spread.
  std::optional<double> Correlation() const;
  // Sum of products of deviations, computed without cancellation.
  double Codeviations() const;
  bool operator==(const PairedMoments&) const = default;

 private:
  void Fold(int64_t baseline, int64_t current, bool in);
  int64_t SumOfChange() const { return current_.sum() - baseline_.sum(); }
  __int128 ExactSquaresOfChange() const;

  Moments baseline_;
  Moments current_;
  unsigned __int128 products_ = 0;
};

}  // namespace throughline::core
