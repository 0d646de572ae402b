#include "identities/taking_turns.h"

namespace throughline::identities {

core::Result<void> SharedRuns::Run(const std::function<core::Result<void>()>& work) {
  std::unique_lock lock(mutex_);
  const int64_t wanted = begun_ + 1;
  over_changed_.wait(lock, [&] { return over_ >= wanted || !is_running_; });
  if (over_ >= wanted) return last_;
  const int64_t own = ++begun_;
  is_running_ = true;
  lock.unlock();
  core::Result<void> result;
  try {
    result = work();
  } catch (...) {
    lock.lock();
    is_running_ = false;  // whoever waits runs it
    over_changed_.notify_all();
    throw;
  }
  lock.lock();
  over_ = own;
  is_running_ = false;
  last_ = result;
  over_changed_.notify_all();
  return result;
}

Turns::Turn::Turn(Turns& turns, std::string_view name) : turns_(turns), name_(name) {
  std::unique_lock lock(turns_.mutex_);
  turns_.ended_.wait(lock, [this] { return !turns_.taken_.contains(name_); });
  turns_.taken_.insert(name_);
}

Turns::Turn::~Turn() {
  std::lock_guard lock(turns_.mutex_);
  turns_.taken_.erase(name_);
  turns_.ended_.notify_all();
}

}  // namespace throughline::identities
