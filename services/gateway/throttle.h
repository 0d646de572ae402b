// How often somebody may ask: a token bucket for each caller. Thread-safe.
#pragma once

#include <chrono>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace throughline::gateway {

struct ThrottleOptions {
  double per_second = 200;  // requests, for each caller
  double at_once = 1000;    // that may come in a burst
  size_t callers = 10'000;  // that are remembered; those who asked last
};

class Throttle {
 public:
  using Time = std::chrono::steady_clock::time_point;

  explicit Throttle(ThrottleOptions options) : options_(options) {}

  // Zero: go ahead. Else how long it takes until there is room for one request.
  std::chrono::milliseconds Ask(std::string_view caller, Time now);

 private:
  struct Bucket {
    std::string caller;
    double left;
    Time at;
  };

  const ThrottleOptions options_;
  std::mutex mutex_;
  std::list<Bucket> buckets_;  // the one asked last is first
  std::unordered_map<std::string_view, std::list<Bucket>::iterator> by_caller_;  // into buckets_
};

}  // namespace throughline::gateway
