#include "runtime/grpc/turns.h"

#include <utility>

#include "runtime/guarded.h"

namespace throughline::runtime {

Turns::Turns(int threads) {
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { Work(); });
}

Turns::~Turns() { Close(); }

void Turns::Give(std::function<void()> turn) {
  {
    std::lock_guard lock(mutex_);
    if (closed_) return;
    turns_.push_back(std::move(turn));
  }
  given_.notify_one();
}

void Turns::Close() {
  std::deque<std::function<void()>> dropped;  // outside the lock: they may hold anything
  {
    std::lock_guard lock(mutex_);
    closed_ = true;
    dropped.swap(turns_);
  }
  given_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void Turns::Work() {
  std::unique_lock lock(mutex_);
  while (true) {
    given_.wait(lock, [&] { return closed_ || !turns_.empty(); });
    if (closed_) return;
    auto turn = std::move(turns_.front());
    turns_.pop_front();
    lock.unlock();
    Guarded("streams: a turn", [&] {
      turn();
      turn = nullptr;
    });
    lock.lock();
  }
}

}  // namespace throughline::runtime
