#include "core/statistics/moments.h"

namespace throughline::core {

void Moments::Fold(int64_t x, int sign) {
  const unsigned __int128 square = static_cast<unsigned __int128>(static_cast<__int128>(x) * x);
  n_ += sign;
  sum_ += sign * x;
  squares_ = sign > 0 ? squares_ + square : squares_ - square;
}

Moments& Moments::operator+=(const Moments& other) {
  n_ += other.n_;
  sum_ += other.sum_;
  squares_ += other.squares_;
  return *this;
}

Moments& Moments::operator-=(const Moments& other) {
  n_ -= other.n_;
  sum_ -= other.sum_;
  squares_ -= other.squares_;
  return *this;
}

double Moments::Deviations() const {
  if (n_ == 0) return 0;
  // n * sum of squares - sum^2 is an exact integer: the one division comes last.
  const __int128 numerator =
      static_cast<__int128>(squares_) * n_ - static_cast<__int128>(sum_) * sum_;
  return static_cast<double>(numerator) / static_cast<double>(n_);
}

std::optional<double> Moments::Variance() const {
  if (n_ < 2) return std::nullopt;
  return Deviations() / static_cast<double>(n_ - 1);
}

}  // namespace throughline::core
