// Wakes a coroutine from other threads: what it waits for may be there.
//
// No ring is lost when the coroutine looks first and then waits, without awaiting anything in
// between: a ring is heard on the coroutine's executor, and so only once it waits. A ring that
// nobody waits for any more may wake the next wait too early: who is woken looks again.
#pragma once

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>

#include "runtime/http/exchange.h"

namespace throughline::gateway {

class Bell : public std::enable_shared_from_this<Bell> {
 public:
  // `executor` is the coroutine's own, and runs one thing at a time.
  explicit Bell(const boost::asio::any_io_executor& executor) : timer_(executor) {}

  // From any thread.
  void Ring() {
    boost::asio::post(timer_.get_executor(),
                      [self = shared_from_this()] { self->timer_.cancel(); });
  }
  // Of the coroutine: until it rings, or the patience is over.
  runtime::http::Task<void> Wait(std::chrono::milliseconds patience) {
    timer_.expires_after(patience);
    boost::system::error_code woken;
    co_await timer_.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, woken));
  }

 private:
  boost::asio::steady_timer timer_;
};

}  // namespace throughline::gateway
