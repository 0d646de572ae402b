// Where ids of traces and spans come from: at random, or as a test says. Thread-safe.
#pragma once

#include <atomic>
#include <cstdint>

namespace throughline::platform {

class IdSource {
 public:
  virtual ~IdSource() = default;
  // 64 bits; equally likely, and independent of each other.
  virtual uint64_t Next() = 0;
};

// SplitMix64 from a seed of the machine's: ids are to be different, not secret.
class RandomIds : public IdSource {
 public:
  RandomIds();
  explicit RandomIds(uint64_t seed) : state_(seed) {}
  uint64_t Next() override {
    uint64_t mixed = state_.fetch_add(kStep, std::memory_order_relaxed) + kStep;
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9U;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBU;
    return mixed ^ (mixed >> 31);
  }

 private:
  static constexpr uint64_t kStep = 0x9E3779B97F4A7C15U;
  std::atomic<uint64_t> state_;
};

}  // namespace throughline::platform
