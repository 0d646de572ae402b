// Ctrl-C (SIGINT) and SIGTERM as something to wait for.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace throughline::platform {

// At most one at a time. Thread-safe.
class StopSignal {
 public:
  // Takes the two signals away from this thread and from all that it starts later: make it before
  // any other thread.
  enum class HangUp { kLeft, kTaken };
  // SIGHUP, too, when it is to be taken; otherwise it ends the process, as when a terminal is
  // closed.
  explicit StopSignal(HangUp hang_up = HangUp::kLeft);
  ~StopSignal();

  bool came() const;
  void Wait() const;
  // Returns when so much time is over, or at once when the signal comes a second time.
  void WaitForSecond(std::chrono::milliseconds time) const;
  // True when it came before the time was over.
  bool WaitFor(std::chrono::milliseconds time) const;
  // What to do when it comes, once, on a thread of this; at once when it has come. Null: nothing.
  // When this returns, what was set before is not running and never will.
  void OnStop(std::function<void()> action);
  // What to do whenever SIGHUP comes, if it is taken; on a thread of this. Null: nothing. When this
  // returns, what was set before is not running and never will.
  void OnHangUp(std::function<void()> action);

 private:
  void Listen();

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  const bool takes_hang_up_;
  std::function<void()> action_, on_hang_up_;
  bool came_ = false;
  bool came_twice_ = false;
  bool over_ = false;
  std::thread listener_;
};

}  // namespace throughline::platform
