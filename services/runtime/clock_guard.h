// The machine's clock, believed as far as it is plausible.
//
// A clock that jumps (a wrong time server, a hypervisor, a hand) would end what is still running,
// and date events into a future from which time does not come back. So its time is compared with a
// clock that only counts, from the process's first look on: when the two have come more than an
// hour apart, by one jump or by many, the last plausible time stands. Commands are dated with it,
// and nothing falls due. That ends when the clock comes back to within an hour of where it should
// be; or with a restart, by which somebody says that the new time is right.
//
// A process that starts has nothing to count from but the time of the log's last event. To be later
// is ordinary, up to two weeks (--longest-downtime); beyond that the log's time stands, until the
// clock comes back or the process is started with the word that the new time is right
// (--accept-clock). To be more than an hour earlier is said, and believed: a partition's time does
// not go back.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "runtime/clock.h"

namespace throughline::runtime {

// Thread-safe.
class ClockGuard : public Clock {
 public:
  // How long something has been going on, whatever is done to the time of day, and while the
  // machine sleeps, too.
  using Counting = std::function<std::chrono::milliseconds()>;
  static std::chrono::milliseconds SinceBoot();

  static constexpr std::chrono::hours kLargestJump{1};
  static constexpr int kLongestDowntimeDays = 14;

  // `clock` must outlive it.
  explicit ClockGuard(const Clock& clock, Counting counting = SinceBoot);

  // When the log's last event was, and how much later this may start; before the first look at the
  // time.
  void StartAfter(core::Instant last_event, int longest_downtime_days = kLongestDowntimeDays);
  // Doubts are not logged, for nothing will be recorded; Issue says them all the same.
  void SayNothing() { quiet_ = true; }
  // While time just passes, no thread waits for another.
  core::Instant Now() const override;
  // What is wrong with the clock, in a sentence; empty when it is believed.
  std::string Issue() const;

 private:
  // The clock and the count at the same moment.
  struct Look {
    core::Instant time;
    std::chrono::milliseconds count;
  };
  bool JustPassed(const Look& look) const;
  core::Instant Believe(const Look& look) const;
  core::Instant Doubt(const Look& look, core::Instant expected) const;
  void Say(const std::string& issue) const;

  const Clock& clock_;
  const Counting counting_;
  bool quiet_ = false;
  mutable std::mutex mutex_;
  // Under the mutex: what is counted from, and the last look that was plausible. Until time was
  // believed for the first time, both are the log's last event.
  mutable std::optional<Look> first_, last_;
  std::chrono::milliseconds longest_downtime_{};
  mutable bool started_ = false;  // time was believed
  mutable std::string issue_;
  std::optional<core::Instant> last_event_;  // until the clock has reached it
  // Whether the clock is believed without a word, by how much it is then more than the count, and
  // the last time that was believed.
  mutable std::atomic<bool> steady_{false};
  mutable std::atomic<int64_t> more_ms_{0}, last_ms_{0};
};

}  // namespace throughline::runtime
