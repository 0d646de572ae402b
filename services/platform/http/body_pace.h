// How fast a body has to come. Its sender starts with a budget of patience; waiting uses it up, and
// bytes that arrive restore it, never beyond the initial budget. So a pause is tolerated, and a
// client that stays below the floor for long is not. Pure; time is a parameter.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace throughline::platform::http {

struct BodyPaceLimits {
  size_t bytes_per_second = 8 << 10;  // 0: as slow as it likes
  std::chrono::milliseconds grace = std::chrono::seconds(15);
};

class BodyPace {
 public:
  using Duration = std::chrono::nanoseconds;

  explicit BodyPace(BodyPaceLimits limits) : limits_(limits), left_(limits.grace) {}

  bool bounded() const { return limits_.bytes_per_second > 0; }
  bool too_slow() const { return bounded() && left_ <= Duration(0); }
  // For how long nothing may come from now on.
  Duration left() const { return left_; }
  // After `waited` so many bytes came.
  void Took(Duration waited, size_t bytes) {
    if (!bounded() || too_slow()) return;
    left_ -= waited;
    if (too_slow()) return;
    const double earned_s =
        static_cast<double>(bytes) / static_cast<double>(limits_.bytes_per_second);
    const double most_s = std::chrono::duration<double>(limits_.grace).count();
    left_ += std::chrono::duration_cast<Duration>(
        std::chrono::duration<double>(std::min(earned_s, most_s)));
    left_ = std::min<Duration>(left_, limits_.grace);
  }

 private:
  const BodyPaceLimits limits_;
  Duration left_;
};

}  // namespace throughline::platform::http
