#include "runtime/clock_guard.h"

#include <spdlog/spdlog.h>
#include <time.h>

#include "runtime/planted_bug.h"

namespace throughline::runtime {

using core::Instant;
using std::chrono::milliseconds;

milliseconds ClockGuard::SinceBoot() {
  timespec now{};
  clock_gettime(CLOCK_BOOTTIME, &now);
  return std::chrono::duration_cast<milliseconds>(std::chrono::seconds(now.tv_sec) +
                                                  std::chrono::nanoseconds(now.tv_nsec));
}

ClockGuard::ClockGuard(const Clock& clock, Counting counting)
    : clock_(clock), counting_(std::move(counting)) {}

void ClockGuard::StartAfter(Instant last_event) {
  std::lock_guard lock(mutex_);
  last_event_ = last_event;
  const Look now{clock_.Now(), counting_()};
  // Downtime is not counted by anything: the log's last event is where time stood.
  last_ = Look{std::min(now.time, last_event), now.count};
  allowed_ahead_ = kLongestDowntime;
}

Instant ClockGuard::Now() const {
  const Look look{clock_.Now(), counting_()};
  std::lock_guard lock(mutex_);
  return Believe(look);
}

std::string ClockGuard::Trouble() const {
  const Look look{clock_.Now(), counting_()};
  std::lock_guard lock(mutex_);
  Believe(look);
  return trouble_;
}

Instant ClockGuard::Believe(const Look& look) const {
  if (!last_ || Planted(Bug::kClockBelieved)) {
    last_ = look;
    return look.time;
  }
  const Instant expected = last_->time + (look.count - last_->count);
  const milliseconds ahead = look.time - expected;
  if (ahead > allowed_ahead_ || ahead < -milliseconds(kLargestJump)) {
    Say("The machine's clock says " + core::FormatInstant(look.time) +
        ", which cannot be: it should be about " + core::FormatInstant(expected) +
        ". Until it comes back, nothing falls due, and what is recorded is dated " +
        core::FormatInstant(last_->time) + ". When it is right, start this again" +
        (allowed_ahead_ > kLargestJump ? " with --accept-clock." : "."));
    return last_->time;
  }
  // Threads read both clocks in any order: an older look does not take the last one back.
  if (look.count >= last_->count) last_ = look;
  allowed_ahead_ = kLargestJump;
  const bool behind = last_event_ && look.time + kLargestJump < *last_event_;
  Say(behind ? "The machine's clock says " + core::FormatInstant(look.time) +
                   ", but the last event in the log is of " + core::FormatInstant(*last_event_) +
                   ". Nothing is dated before that."
             : "");
  return look.time;
}

void ClockGuard::Say(const std::string& trouble) const {
  if (trouble_.empty() && !trouble.empty()) spdlog::error("{}", trouble);
  if (!trouble_.empty() && trouble.empty()) spdlog::info("The machine's clock is plausible again.");
  trouble_ = trouble;
}

}  // namespace throughline::runtime
