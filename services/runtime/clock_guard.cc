#include "runtime/clock_guard.h"

#include <spdlog/spdlog.h>
#include <time.h>

#include <algorithm>

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

void ClockGuard::StartAfter(Instant last_event, int longest_downtime_days) {
  std::lock_guard lock(mutex_);
  last_event_ = last_event;
  longest_downtime_ = std::chrono::hours(24 * longest_downtime_days);
  const Look now{clock_.Now(), counting_()};
  // Downtime is not counted by anything: the log's last event is where time stood.
  first_ = last_ = Look{std::min(now.time, last_event), now.count};
  last_ms_ = core::ToMillis(last_->time);
  steady_ = false;
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

std::string ClockGuard::Issue() const {
  const Look look{clock_.Now(), counting_()};
  if (JustPassed(look)) return {};
  std::lock_guard lock(mutex_);
  Believe(look);
  return issue_;
}

Instant ClockGuard::Believe(const Look& look) const {
  if (Planted(Bug::kClockBelieved)) return look.time;
  if (!first_) first_ = last_ = look;
  const Instant expected = first_->time + (look.count - first_->count);
  const milliseconds ahead = look.time - expected;
  const milliseconds allowed =
      std::max<milliseconds>(kLargestJump, started_ ? milliseconds(0) : longest_downtime_);
  if (ahead > allowed || ahead < -milliseconds(kLargestJump)) return Doubt(look, expected);
  if (!started_) first_ = look;
  started_ = true;
  // Threads read both clocks in any order: an older look does not take the last one back.
  if (look.count >= last_->count) last_ = look;
  last_ms_ = core::ToMillis(last_->time);
  more_ms_ = MoreThanCount(last_->time, last_->count);
  const bool behind = last_event_ && look.time + kLargestJump < *last_event_;
  Say(behind ? "The machine's clock says " + core::FormatInstant(look.time) +
                   ", but the last event in the log is of " + core::FormatInstant(*last_event_) +
                   ". Nothing is dated before that."
             : "");
  steady_ = !behind;
  return look.time;
}

Instant ClockGuard::Doubt(const Look& look, Instant expected) const {
  steady_ = false;
  const Instant stands = core::FromMillis(last_ms_);
  const std::string says = "The machine's clock says " + core::FormatInstant(look.time);
  const std::string until =
      ", nothing falls due, and what is recorded is dated " + core::FormatInstant(stands) + ". ";
  if (started_) {
    Say(says + ", which cannot be: it should be about " + core::FormatInstant(expected) +
        ". Until it comes back" + until + "When it is right, start this again.");
    return stands;
  }
  const auto days = std::chrono::duration_cast<std::chrono::hours>(look.time - stands).count() / 24;
  Say(says + ", " + std::to_string(days) +
      " days after the last event that was recorded here, of " + core::FormatInstant(stands) +
      ". Until somebody says that this is right" + until +
      "If nothing was recorded here for that long, over the summer for instance, start this again "
      "with --accept-clock, once. If not, set the machine's clock.");
  return stands;
}

void ClockGuard::Say(const std::string& issue) const {
  if (!quiet_ && issue_.empty() && !issue.empty()) spdlog::error("{}", issue);
  if (!quiet_ && !issue_.empty() && issue.empty()) {
    spdlog::info("The machine's clock is plausible again.");
  }
  issue_ = issue;
}

}  // namespace throughline::runtime
