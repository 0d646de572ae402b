// Time as a part one can replace: the machine's clock, or one that moves only when it is set.
#pragma once

#include <atomic>

#include "core/date.h"

namespace throughline::runtime {

// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual core::Instant Now() const = 0;
};

class SystemClock : public Clock {
 public:
  core::Instant Now() const override {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  }
};

// Stands still until it is set; never goes back.
class ManualClock : public Clock {
 public:
  explicit ManualClock(core::Instant start) : millis_(core::ToMillis(start)) {}
  core::Instant Now() const override { return core::FromMillis(millis_.load()); }
  void Set(core::Instant to) {
    int64_t wanted = core::ToMillis(to);
    if (wanted > millis_.load()) millis_.store(wanted);
  }

 private:
  std::atomic<int64_t> millis_;
};

}  // namespace throughline::runtime
