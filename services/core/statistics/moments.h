// Running moments of scores, exact: integers in, integer sums kept, so that adding in any order,
// and taking out again, gives the very same numbers. Plain values.
#pragma once

#include <cstdint>
#include <optional>

namespace throughline::core {

// An unsigned sum of 128 bits, in two halves, as it is stored.
struct WideSum {
  uint64_t high = 0;
  uint64_t low = 0;
  bool operator==(const WideSum&) const = default;

  unsigned __int128 Value() const { return static_cast<unsigned __int128>(high) << 64 | low; }
  static WideSum Of(unsigned __int128 value) {
    return {static_cast<uint64_t>(value >> 64), static_cast<uint64_t>(value)};
  }
};

class Moments {
 public:
  Moments() = default;
  Moments(int64_t n, int64_t sum, WideSum squares) : n_(n), sum_(sum), squares_(squares.Value()) {}

  void Add(int64_t x) { Fold(x, 1); }
  void Remove(int64_t x) { Fold(x, -1); }  // of a value that was added
  Moments& operator+=(const Moments& other);
  Moments& operator-=(const Moments& other);  // of moments that are part of these

  int64_t n() const { return n_; }
  int64_t sum() const { return sum_; }
  WideSum squares() const { return WideSum::Of(squares_); }
  double Mean() const { return n_ == 0 ? 0 : static_cast<double>(sum_) / static_cast<double>(n_); }
  // Sum of squared deviations from the mean, computed without cancellation.
  double Deviations() const;
  // With n - 1; absent for fewer than two values.
  std::optional<double> Variance() const;
  bool operator==(const Moments&) const = default;

 private:
  void Fold(int64_t x, int sign);

  int64_t n_ = 0;
  int64_t sum_ = 0;
  unsigned __int128 squares_ = 0;
};

}  // namespace throughline::core
