#include "gateway/door/throttle.h"

#include <algorithm>
#include <cmath>

namespace throughline::gateway {

using std::chrono::milliseconds;

double Throttle::LeftAt(const Bucket& bucket, Time now) const {
  const std::chrono::duration<double> since = now - bucket.at;
  return std::min(options_.at_once, bucket.left + since.count() * options_.per_second);
}

milliseconds Throttle::WaitFor(double left) const {
  if (left >= 1) return milliseconds(0);
  const double seconds = (1 - left) / options_.per_second;
  return milliseconds(std::max<int64_t>(1, std::llround(std::ceil(seconds * 1000))));
}

milliseconds Throttle::TakeFrom(Bucket& bucket, Time now) const {
  bucket.left = LeftAt(bucket, now);
  bucket.at = now;
  const milliseconds wait = WaitFor(bucket.left);
  if (wait.count() == 0) bucket.left -= 1;
  return wait;
}

Throttle::Time Throttle::FullAt(const Bucket& bucket) const {
  const std::chrono::duration<double> more((options_.at_once - bucket.left) / options_.per_second);
  return bucket.at + std::chrono::ceil<Time::duration>(more);
}

milliseconds Throttle::Ask(std::string_view caller, Time now) {
  std::lock_guard lock(mutex_);
  auto found = kept_.find(caller);
  if (found == kept_.end()) {
    if (kept_.size() >= options_.callers) {
      if (by_full_.empty() || by_full_.begin()->first > now) return TakeFrom(newcomers_, now);
      kept_.erase(*by_full_.begin()->second);
      by_full_.erase(by_full_.begin());
    }
    found = kept_.emplace(caller, Kept{{options_.at_once, now}, {}}).first;
    found->second.place = by_full_.emplace(now, &found->first);
  }
  Kept& kept = found->second;
  const milliseconds wait = TakeFrom(kept.bucket, now);
  auto place = by_full_.extract(kept.place);
  place.key() = FullAt(kept.bucket);
  kept.place = by_full_.insert(std::move(place));
  return wait;
}

milliseconds Throttle::Look(std::string_view caller, Time now) const {
  std::lock_guard lock(mutex_);
  const auto found = kept_.find(caller);
  if (found == kept_.end()) return milliseconds(0);
  return WaitFor(LeftAt(found->second.bucket, now));
}

}  // namespace throughline::gateway
