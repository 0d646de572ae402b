// Wakes a coroutine from other threads: what it waits for may be there.
//
// No notification is lost when the coroutine looks first and then waits, without awaiting anything
// in between: it arrives on the coroutine's executor, and so only once the coroutine waits. One
// that nobody waits for any more may end the next wait early: so look again after every wait.
#pragma once

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>

#include "platform/http/exchange.h"

namespace throughline::gateway {

class WakeSignal : public std::enable_shared_from_this<WakeSignal> {
 public:
  // `executor` is the coroutine's own, and runs one thing at a time.
  explicit WakeSignal(const boost::asio::any_io_executor& executor) : timer_(executor) {}

  // From any thread.
  void Notify() {
    boost::asio::post(timer_.get_executor(),
                      [self = shared_from_this()] { self->timer_.cancel(); });
  }
  // For the coroutine: until it is notified, or the patience is over.
  platform::http::Task<void> Wait(std::chrono::milliseconds patience) {
    timer_.expires_after(patience);
    boost::system::error_code woken;
    co_await timer_.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, woken));
  }

 private:
  boost::asio::steady_timer timer_;
};

}  // namespace throughline::gateway
