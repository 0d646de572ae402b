#include "runtime/clock_guard.h"

#include <spdlog/spdlog.h>
#include <time.h>

#include "runtime/planted_bug.h"

namespace throughline::runtime {

using core::Instant;
using std::chrono::milliseconds;

namespace {

// Less is how clocks are corrected while they run.
constexpr int64_t kJustPassedMs = 1000;

int64_t MoreThanCount(Instant time, milliseconds count) {
  return core::ToMillis(time) - count.count();
}

}  // namespace

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
  last_ms_ = core::ToMillis(last_->time);
  steady_ = false;
  allowed_ahead_ = kLongestDowntime;
}

bool ClockGuard::JustPassed(const Look& look) const {
  if (!steady_) return false;
  const int64_t drift = MoreThanCount(look.time, look.count) - more_ms_;
  if (drift > kJustPassedMs || drift < -kJustPassedMs) return false;
  last_ms_ = core::ToMillis(look.time);
  return true;
}

Instant ClockGuard::Now() const {
  const Look look{clock_.Now(), counting_()};
  if (JustPassed(look)) return look.time;
  std::lock_guard lock(mutex_);
  return Believe(look);
}

std::string ClockGuard::Trouble() const {
  const Look look{clock_.Now(), counting_()};
  if (JustPassed(look)) return {};
  std::lock_guard lock(mutex_);
  Believe(look);
  return trouble_;
}

Instant ClockGuard::Believe(const Look& look) const {
  if (Planted(Bug::kClockBelieved)) return look.time;
  if (!last_) last_ = look;
  const Instant expected = last_->time + (look.count - last_->count);
  const milliseconds ahead = look.time - expected;
  if (ahead > allowed_ahead_ || ahead < -milliseconds(kLargestJump)) {
    steady_ = false;
    const Instant stands = core::FromMillis(last_ms_);
    Say("The machine's clock says " + core::FormatInstant(look.time) +
        ", which cannot be: it should be about " + core::FormatInstant(expected) +
        ". Until it comes back, nothing falls due, and what is recorded is dated " +
        core::FormatInstant(stands) + ". When it is right, start this again" +
        (allowed_ahead_ > kLargestJump ? " with --accept-clock." : "."));
    return stands;
  }
  // Threads read both clocks in any order: an older look does not take the last one back.
  if (look.count >= last_->count) last_ = look;
  last_ms_ = core::ToMillis(last_->time);
  more_ms_ = MoreThanCount(last_->time, last_->count);
  allowed_ahead_ = kLargestJump;
  const bool behind = last_event_ && look.time + kLargestJump < *last_event_;
  Say(behind ? "The machine's clock says " + core::FormatInstant(look.time) +
                   ", but the last event in the log is of " + core::FormatInstant(*last_event_) +
                   ". Nothing is dated before that."
             : "");
  steady_ = !behind;
  return look.time;
}

void ClockGuard::Say(const std::string& trouble) const {
  if (!quiet_ && trouble_.empty() && !trouble.empty()) spdlog::error("{}", trouble);
  if (!quiet_ && !trouble_.empty() && trouble.empty()) {
    spdlog::info("The machine's clock is plausible again.");
  }
  trouble_ = trouble;
}

}  // namespace throughline::runtime
