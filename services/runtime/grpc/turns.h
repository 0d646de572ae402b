// Threads that do what they are given, in the order it was given: how streams share a few threads.
// What is given should be done soon; whoever has more to do asks for another turn and lets the
// others have theirs. What a turn throws is logged. Thread-safe.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace throughline::runtime {

class Turns {
 public:
  explicit Turns(int threads);
  ~Turns();
  // After Close it is dropped.
  void Give(std::function<void()> turn);
  // Returns when the turns under way are over, and drops the others. Not from a turn.
  void Close();

 private:
  void Work();

  std::mutex mutex_;
  std::condition_variable given_;
  std::deque<std::function<void()>> turns_;
  bool closed_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace throughline::runtime
