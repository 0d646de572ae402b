// How calls wait for each other without holding a lock while one of them reads or writes.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <string_view>

#include "core/result.h"

namespace throughline::identities {

// Work that one call does for all that ask for it meanwhile. Thread-safe; the work must not ask for
// a run of itself.
class SharedRuns {
 public:
  // What a run came to that began after the call: this one's, or another's.
  core::Result<void> Run(const std::function<core::Result<void>()>& work);

 private:
  std::mutex mutex_;
  std::condition_variable over_changed_;
  int64_t begun_ = 0;  // runs are numbered from 1
  int64_t over_ = 0;
  bool is_running_ = false;
  core::Result<void> last_;
};

// One at a time of each name. Thread-safe.
class Turns {
 public:
  // As long as it lives, it is the holder's turn. It must not outlive what gave it.
  class Turn {
   public:
    // Waits until nobody else has it.
    Turn(Turns& turns, std::string_view name);
    ~Turn();
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

   private:
    Turns& turns_;
    const std::string name_;
  };

 private:
  std::mutex mutex_;
  std::condition_variable ended_;
  std::set<std::string> taken_;
};

}  // namespace throughline::identities
