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
  explicit GatheredAnswers(size_t count) : answers_(count), open_(count) {}

  // True: it was the last.
  bool Take(size_t i, UnaryAnswer answer) {
    std::lock_guard lock(mutex_);
    answers_[i] = std::move(answer);
    return --open_ == 0;
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
};

// In the order of the calls. The deadline of each bounds how long it takes.
inline http::Task<std::vector<UnaryAnswer>> StartAll(UnaryCalls& calls,
                                                     std::vector<UnaryCall> what) {
  const boost::asio::any_io_executor executor = co_await boost::asio::this_coro::executor;
  const auto signal = std::make_shared<WakeSignal>(executor);
  const auto gathered = std::make_shared<GatheredAnswers>(what.size());
  for (size_t i = 0; i < what.size(); ++i) {
    calls.Start(std::move(what[i]), [signal, gathered, i](UnaryAnswer answer) {
      if (gathered->Take(i, std::move(answer))) signal->Notify();
    });
  }
  while (!gathered->AreThere()) co_await signal->Wait(kAnswerWithin);
  co_return gathered->Move();
}

}  // namespace throughline::gateway
