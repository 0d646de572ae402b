#include "platform/grpc/task_queue.h"

#include <utility>

#include "runtime/guarded.h"

namespace throughline::platform {

TaskQueue::TaskQueue(int threads) {
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { Work(); });
}

TaskQueue::~TaskQueue() { Close(); }

void TaskQueue::Post(std::function<void()> task) {
  {
    std::lock_guard lock(mutex_);
    if (closed_) return;
    tasks_.push_back(std::move(task));
  }
  posted_.notify_one();
}

void TaskQueue::Close() {
  std::deque<std::function<void()>> dropped;  // outside the lock: they may hold anything
  {
    std::lock_guard lock(mutex_);
    closed_ = true;
    dropped.swap(tasks_);
  }
  posted_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void TaskQueue::Work() {
  std::unique_lock lock(mutex_);
  while (true) {
    posted_.wait(lock, [&] { return closed_ || !tasks_.empty(); });
    if (closed_) return;
    auto task = std::move(tasks_.front());
    tasks_.pop_front();
    lock.unlock();
    runtime::Guarded("streams: a task", [&] {
      task();
      task = nullptr;
    });
    lock.lock();
  }
}

}  // namespace throughline::platform
