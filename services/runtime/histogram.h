// Counts observations by their size, for Prometheus. Thread-safe, without a lock: an observation is
// three additions.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace throughline::runtime {

// Upper bounds of durations, in seconds.
inline constexpr double kSecondsBounds[] = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                            0.25,   0.5,   1,      2.5,   5,    10,    30,   60};
// Of what waits for others to be said together.
inline constexpr double kLongSecondsBounds[] = {
    0.1, 0.5, 1, 2.5, 5, 10, 20, 30, 45, 60, 120, 300, 1200, 3600, 7200, 21600, 86400, 604800};
// Of how many there are in a batch.
inline constexpr double kBatchBounds[] = {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000};

class Histogram {
 public:
  // The bounds ascend, and outlive this.
  explicit Histogram(std::span<const double> bounds = kSecondsBounds)
      : bounds_(bounds), counts_(std::make_unique<std::atomic<uint64_t>[]>(bounds.size() + 1)) {}

  void Observe(double value) {
    const auto bound = std::lower_bound(bounds_.begin(), bounds_.end(), value);
    counts_[bound - bounds_.begin()].fetch_add(1, std::memory_order_relaxed);
    sum_.fetch_add(value, std::memory_order_relaxed);
  }

  struct Reading {
    std::span<const double> bounds;
    std::vector<uint64_t> counts;  // of each bound what is at most that and above the one before;
                                   // last, what is above all of them
    double sum = 0;
  };
  Reading Read() const {
    Reading reading{bounds_, {}, sum_.load(std::memory_order_relaxed)};
    reading.counts.reserve(bounds_.size() + 1);
    for (size_t i = 0; i <= bounds_.size(); ++i) {
      reading.counts.push_back(counts_[i].load(std::memory_order_relaxed));
    }
    return reading;
  }

 private:
  const std::span<const double> bounds_;
  const std::unique_ptr<std::atomic<uint64_t>[]> counts_;
  std::atomic<double> sum_{0};
};

}  // namespace throughline::runtime
