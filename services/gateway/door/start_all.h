// Several calls of services at the same time, awaited together: no thread waits.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/this_coro.hpp>
#include <cstddef>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "gateway/door/ask.h"
#include "gateway/door/calls.h"
#include "gateway/door/wake_signal.h"

namespace throughline::gateway {

// What comes of calls that are under way. Thread-safe.
class GatheredAnswers {
 public:
  // The signal is the coroutine's, and goes with it.
  GatheredAnswers(size_t count, std::weak_ptr<WakeSignal> signal)
      : answers_(count), open_(count), signal_(std::move(signal)) {}

  // The last one wakes the coroutine, which waits for this to be over: so that the thread of a call
  // never holds a signal longer than there are the coroutine, and the server that runs it.
  void Take(size_t i, UnaryAnswer answer) {
    std::lock_guard lock(mutex_);
    answers_[i] = std::move(answer);
    if (--open_ > 0) return;
    if (const auto signal = signal_.lock()) signal->Notify();
  }
  bool AreThere() {
    std::lock_guard lock(mutex_);
    return open_ == 0;
  }
  // Once they are there.
  std::vector<UnaryAnswer> Move() { return std::move(answers_); }

 private:
  std::mutex mutex_;
  std::vector<UnaryAnswer> answers_;
  size_t open_;
  const std::weak_ptr<WakeSignal> signal_;
};

// In the order of the calls. The deadline of each bounds how long it takes.
inline http::Task<std::vector<UnaryAnswer>> StartAll(UnaryCalls& calls,
                                                     std::vector<UnaryCall> what) {
  const boost::asio::any_io_executor executor = co_await boost::asio::this_coro::executor;
  const auto signal = std::make_shared<WakeSignal>(executor);
  const auto gathered = std::make_shared<GatheredAnswers>(what.size(), signal);
  for (size_t i = 0; i < what.size(); ++i) {
    calls.Start(std::move(what[i]),
                [gathered, i](UnaryAnswer answer) { gathered->Take(i, std::move(answer)); });
  }
  while (!gathered->AreThere()) co_await signal->Wait(kAnswerWithin);
  co_return gathered->Move();
}

}  // namespace throughline::gateway
