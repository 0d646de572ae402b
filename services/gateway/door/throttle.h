// How often somebody may ask: a token bucket for each caller. Thread-safe.
//
// Memory is bounded, and nobody gains by it: only a bucket that is full again is forgotten, which
// is as good as remembered. Where there is room for no other, newcomers share one bucket until
// there is: nobody can have an emptied bucket forgotten by coming under many names.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace throughline::gateway {

struct ThrottleOptions {
  double per_second = 200;  // requests, for each caller
  double at_once = 1000;    // that may come in a burst
  size_t callers = 10'000;  // that are remembered
};

class Throttle {
 public:
  using Time = std::chrono::steady_clock::time_point;

  explicit Throttle(ThrottleOptions options)
      : options_(options), newcomers_{options.at_once, Time()} {}

  // Zero: go ahead. Else how long it takes until there is room for one request.
  std::chrono::milliseconds Ask(std::string_view caller, Time now);
  // What Ask would say, without asking; zero for somebody who is not remembered.
  std::chrono::milliseconds Look(std::string_view caller, Time now) const;

 private:
  struct Bucket {
    double left;
    Time at;
  };
  using ByFull = std::multimap<Time, const std::string*>;  // when it is full again
  struct Kept {
    Bucket bucket;
    ByFull::iterator place;
  };
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };

  double LeftAt(const Bucket& bucket, Time now) const;
  std::chrono::milliseconds WaitFor(double left) const;
  std::chrono::milliseconds TakeFrom(Bucket& bucket, Time now) const;
  Time FullAt(const Bucket& bucket) const;

  const ThrottleOptions options_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Kept, Hash, std::equal_to<>> kept_;
  ByFull by_full_;
  Bucket newcomers_;  // whom there is no room to remember
};

}  // namespace throughline::gateway
