#include "platform/host/readiness.h"

#include <utility>

namespace throughline::platform {

Readiness::Readiness(Issues unsettled, Now now)
    : unsettled_(std::move(unsettled)), now_(std::move(now)) {}

std::vector<std::string> Readiness::Look() {
  std::vector<std::string> issues = unsettled_();
  std::lock_guard lock(mutex_);
  if (draining_) return {"The process is stopping."};
  if (issues.empty()) {
    was_ready_ = true;
    unsettled_since_.reset();
    return issues;
  }
  const auto now = now_();
  if (!unsettled_since_) unsettled_since_ = now;
  if (was_ready_ && now - *unsettled_since_ <= kUnsettledAtMost) return {};
  was_ready_ = false;
  return issues;
}

void Readiness::Drain() {
  std::lock_guard lock(mutex_);
  draining_ = true;
}

}  // namespace throughline::platform
