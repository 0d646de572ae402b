#include "core/statistics/paired_moments.h"

#include <algorithm>
#include <cmath>

namespace throughline::core {

void PairedMoments::Fold(int64_t baseline, int64_t current, bool in) {
  const auto product = static_cast<unsigned __int128>(static_cast<__int128>(baseline) * current);
  if (in) {
    baseline_.Add(baseline);
    current_.Add(current);
    products_ += product;
  } else {
    baseline_.Remove(baseline);
    current_.Remove(current);
    products_ -= product;
  }
}

PairedMoments& PairedMoments::operator+=(const PairedMoments& other) {
  baseline_ += other.baseline_;
  current_ += other.current_;
  products_ += other.products_;
  return *this;
}

PairedMoments& PairedMoments::operator-=(const PairedMoments& other) {
  baseline_ -= other.baseline_;
  current_ -= other.current_;
  products_ -= other.products_;
  return *this;
}

double PairedMoments::Codeviations() const {
  if (n() == 0) return 0;
  const __int128 numerator = static_cast<__int128>(products_) * n() -
                             static_cast<__int128>(baseline_.sum()) * current_.sum();
  return static_cast<double>(numerator) / static_cast<double>(n());
}

double PairedMoments::MeanChange() const {
  if (n() == 0) return 0;
  return static_cast<double>(current_.sum() - baseline_.sum()) / static_cast<double>(n());
}

__int128 PairedMoments::ExactSquaresOfChange() const {
  return static_cast<__int128>(baseline_.squares().Value() + current_.squares().Value() -
                               2 * products_);
}

double PairedMoments::DeviationsOfChange() const {
  if (n() == 0) return 0;
  // The moments of the changes themselves, as exact integers: changes that differ little would be
  // lost between sums of deviations of scores that differ much.
  const __int128 sum = SumOfChange();
  const __int128 numerator = ExactSquaresOfChange() * n() - sum * sum;
  return static_cast<double>(numerator) / static_cast<double>(n());
}

std::optional<double> PairedMoments::VarianceOfChange() const {
  if (n() < 2) return std::nullopt;
  return DeviationsOfChange() / static_cast<double>(n() - 1);
}

std::optional<double> PairedMoments::Correlation() const {
  const double spread = std::sqrt(baseline_.Deviations()) * std::sqrt(current_.Deviations());
  if (spread == 0) return std::nullopt;
  return std::clamp(Codeviations() / spread, -1.0, 1.0);
}

}  // namespace throughline::core
