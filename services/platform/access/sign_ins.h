// Which callers were seen, and from where, so that only the first time is on record. Of bounded
// memory: one that was forgotten for others is new again. Thread-safe, without a lock.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string_view>

#include "platform/access/principal.h"

namespace throughline::platform {

class SignIns {
 public:
  // Whether this is the first time; the next time it is not.
  bool IsNew(const Principal& caller, std::string_view address);

 private:
  static constexpr size_t kPlaces = 1 << 14;
  // A caller has the one place that follows from the hash that is in it.
  std::array<std::atomic<uint64_t>, kPlaces> seen_{};
};

}  // namespace throughline::platform
