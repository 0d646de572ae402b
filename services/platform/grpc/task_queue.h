// Threads that run tasks in the order in which they were posted: how streams share a few threads.
// A task should be short; one with more to do posts another and lets the others go first. What a
// task throws is logged. Thread-safe.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace throughline::platform {

class TaskQueue {
 public:
  explicit TaskQueue(int threads);
  ~TaskQueue();
  // After Close it is dropped.
  void Post(std::function<void()> task);
  // Returns when the tasks under way are over, and drops the others. Not from a task.
  void Close();

 private:
  void Work();

  std::mutex mutex_;
  std::condition_variable posted_;
  std::deque<std::function<void()>> tasks_;
  bool closed_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace throughline::platform
