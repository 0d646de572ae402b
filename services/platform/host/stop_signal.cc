#include "platform/host/stop_signal.h"

#include <signal.h>

#include "runtime/guarded.h"

namespace throughline::platform {

namespace {

sigset_t Signals(bool takes_hang_up) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  if (takes_hang_up) sigaddset(&signals, SIGHUP);
  return signals;
}

}  // namespace

StopSignal::StopSignal(HangUp hang_up) : takes_hang_up_(hang_up == HangUp::kTaken) {
  const sigset_t signals = Signals(takes_hang_up_);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  // A file that may not grow any more makes its write fail; that need not end the process.
  signal(SIGXFSZ, SIG_IGN);
  listener_ = std::thread([this] { Listen(); });
}

StopSignal::~StopSignal() {
  {
    std::lock_guard lock(mutex_);
    over_ = true;
  }
  pthread_kill(listener_.native_handle(), SIGTERM);
  listener_.join();
  // What came beside the one that ended the listener would end the process once let through.
  const sigset_t signals = Signals(takes_hang_up_);
  const timespec at_once{};
  while (sigtimedwait(&signals, nullptr, &at_once) > 0) {
  }
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
}

void StopSignal::Listen() {
  const sigset_t signals = Signals(takes_hang_up_);
  while (true) {
    int signal = 0;
    sigwait(&signals, &signal);
    std::lock_guard lock(mutex_);
    if (over_) return;
    if (signal == SIGHUP) {
      if (on_hang_up_) runtime::Guarded("told to read again", on_hang_up_);
      continue;
    }
    came_twice_ = came_;
    came_ = true;
    if (action_) runtime::Guarded("told to stop", action_);
    action_ = nullptr;
    changed_.notify_all();
  }
}

void StopSignal::OnHangUp(std::function<void()> action) {
  std::lock_guard lock(mutex_);
  on_hang_up_ = std::move(action);
}

bool StopSignal::came() const {
  std::lock_guard lock(mutex_);
  return came_;
}

void StopSignal::Wait() const {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return came_; });
}

void StopSignal::WaitForSecond(std::chrono::milliseconds time) const {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, time, [this] { return came_twice_; });
}

bool StopSignal::WaitFor(std::chrono::milliseconds time) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, time, [this] { return came_; });
}

void StopSignal::OnStop(std::function<void()> action) {
  std::lock_guard lock(mutex_);
  action_ = std::move(action);
  if (!came_ || !action_) return;
  action_();
  action_ = nullptr;
}

}  // namespace throughline::platform
