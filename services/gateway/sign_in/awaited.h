// Awaits in a coroutine what a callback brings on another thread, and not when the server is to
// stop. The callback may come whenever it likes, also when nobody waits any more.
#pragma once

#include <boost/asio/this_coro.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "gateway/door/wake_signal.h"
#include "platform/http/exchange.h"

namespace throughline::gateway::sign_in {

template <class T>
class Awaited {
 public:
  // `executor` is the coroutine's own.
  explicit Awaited(const boost::asio::any_io_executor& executor)
      : signal_(std::make_shared<WakeSignal>(executor)) {
    state_->signal = signal_;
  }

  // To be called once, from any thread.
  std::function<void(T)> Callback() const {
    return [state = state_](T value) {
      std::lock_guard lock(state->mutex);
      state->value = std::move(value);
      if (const auto signal = state->signal.lock()) signal->Notify();
    };
  }
  // nullopt: the server is to stop, or it has not come by then.
  platform::http::Task<std::optional<T>> Value(
      const platform::http::Exchange& exchange,
      std::chrono::steady_clock::time_point until = std::chrono::steady_clock::time_point::max()) {
    while (!exchange.stopping() && std::chrono::steady_clock::now() < until) {
      if (std::optional<T> value = Take()) co_return value;
      co_await signal_->Wait(kLookAround);
    }
    co_return std::nullopt;
  }

 private:
  static constexpr std::chrono::milliseconds kLookAround{500};
  struct State {
    std::mutex mutex;
    std::optional<T> value;
    std::weak_ptr<WakeSignal> signal;  // gone with the coroutine
  };
  std::optional<T> Take() {
    std::lock_guard lock(state_->mutex);
    return std::move(state_->value);
  }

  const std::shared_ptr<WakeSignal> signal_;
  const std::shared_ptr<State> state_ = std::make_shared<State>();
};

}  // namespace throughline::gateway::sign_in
