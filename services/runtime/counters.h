// What a service did and how its partitions stand, for metrics. Written for each batch or event,
// read whenever somebody asks. Thread-safe.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/histogram.h"

namespace throughline::runtime {

// By the service to which the command came that began a chain of events.
class ByOrigin {
 public:
  explicit ByOrigin(std::span<const double> bounds = kSecondsBounds) : bounds_(bounds) {}

  // `correlation` is an event's: the id of the first input of its chain. Passed over is what was
  // set off by time.
  void Observe(std::string_view correlation, double seconds) {
    const std::string_view origin = OriginOf(correlation);
    if (origin.empty()) return;
    if (Histogram* histogram = Of(origin)) histogram->Observe(seconds);
  }
  std::vector<std::pair<std::string, Histogram::Reading>> Read() const {
    std::vector<std::pair<std::string, Histogram::Reading>> readings;
    for (const auto& place : places_) {
      if (const Known* known = place.load()) {
        readings.emplace_back(known->origin, known->histogram.Read());
      }
    }
    return readings;
  }
  // evidence, of inbox.evidence.7.1234; empty when that is no command.
  static std::string_view OriginOf(std::string_view correlation) {
    constexpr std::string_view kInbox = "inbox.";
    if (!correlation.starts_with(kInbox)) return {};
    correlation.remove_prefix(kInbox.size());
    return correlation.substr(0, correlation.find('.'));
  }

 private:
  struct Known {
    std::string origin;
    Histogram histogram;
  };
  // Filled from the first on; there are fewer services than places.
  static constexpr size_t kPlaces = 16;

  // Null when there is no place left. Takes the lock only for one that is new.
  Histogram* Of(std::string_view origin) {
    for (auto& place : places_) {
      Known* known = place.load(std::memory_order_acquire);
      if (known == nullptr) return Add(origin);
      if (known->origin == origin) return &known->histogram;
    }
    return nullptr;
  }
  Histogram* Add(std::string_view origin) {
    std::lock_guard lock(mutex_);
    for (auto& place : places_) {
      Known* known = place.load();
      if (known == nullptr) {
        known = owned_.emplace_back(new Known{std::string(origin), Histogram(bounds_)}).get();
        place.store(known, std::memory_order_release);
      }
      if (known->origin == origin) return &known->histogram;
    }
    return nullptr;
  }

  const std::span<const double> bounds_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Known>> owned_;
  std::array<std::atomic<Known*>, kPlaces> places_{};
};

// Of a service; shared by its partitions.
struct Counters {
  std::atomic<int64_t> inputs{0};
  std::atomic<int64_t> events{0};
  std::atomic<int64_t> commits{0};
  std::atomic<int64_t> duplicates{0};  // records dropped by the sequence check
  std::atomic<int64_t> set_aside{0};   // inputs that could not be understood
  std::atomic<int64_t> gaps{0};        // consumption stopped at a gap: raises the alarm
  std::atomic<int64_t> take_overs{0};
  std::atomic<int64_t> lost{0};  // partitions dropped after an error
  Histogram batch_inputs{kBatchBounds};
  Histogram batch_events{kBatchBounds};
  Histogram decide_seconds;   // with reading
  Histogram commit_seconds;   // to the store
  Histogram publish_seconds;  // to the log, with deliveries
  Histogram hop_seconds;      // from when the first input of a batch was noticed to published
  ByOrigin received_to_published;
};

// How one partition stands. Moments are those of the service's clock, milliseconds since the epoch;
// 0: there is none.
struct PartitionStanding {
  std::atomic<int64_t> waiting_since_ms{0};  // the oldest input that is not handled yet
  std::atomic<int64_t> noticed_ns{0};        // by a clock that only counts: what is yet to be read
  std::atomic<int64_t> outbox_since_ms{0};   // what is committed and not published
};

}  // namespace throughline::runtime
