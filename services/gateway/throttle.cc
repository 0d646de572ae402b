#include "gateway/throttle.h"

#include <algorithm>
#include <cmath>

namespace throughline::gateway {

std::chrono::milliseconds Throttle::Ask(std::string_view caller, Time now) {
  std::lock_guard lock(mutex_);
  const auto found = by_caller_.find(caller);
  if (found == by_caller_.end()) {
    if (buckets_.size() == options_.callers) {
      by_caller_.erase(buckets_.back().caller);
      buckets_.pop_back();
    }
    buckets_.push_front({std::string(caller), options_.at_once, now});
    by_caller_.emplace(buckets_.front().caller, buckets_.begin());
  } else {
    buckets_.splice(buckets_.begin(), buckets_, found->second);
  }
  Bucket& bucket = buckets_.front();
  const std::chrono::duration<double> since = now - bucket.at;
  bucket.left = std::min(options_.at_once, bucket.left + since.count() * options_.per_second);
  bucket.at = now;
  if (bucket.left >= 1) {
    bucket.left -= 1;
    return std::chrono::milliseconds(0);
  }
  const double seconds = (1 - bucket.left) / options_.per_second;
  return std::chrono::milliseconds(std::max<int64_t>(1, std::llround(std::ceil(seconds * 1000))));
}

}  // namespace throughline::gateway
