// How many results are in quarantine, for metrics: counted anew at most every half minute, from the
// schools' counts. Thread-safe.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>

#include "runtime/service.h"

namespace throughline::evidence {

class QuarantineCount {
 public:
  // Of the partitions that this process runs; nullopt when that could not be read yet.
  std::optional<int64_t> Count(const runtime::Service& service);

 private:
  std::mutex mutex_;
  std::chrono::steady_clock::time_point counted_{};
  std::optional<int64_t> count_;
};

}  // namespace throughline::evidence
