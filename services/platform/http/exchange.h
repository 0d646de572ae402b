// One request over HTTP and the answer to it, as a handler sees them.
//
// A handler is a coroutine on the connection's strand: one exchange is never touched by two threads
// at once, and a handler that waits holds no thread. The exchange lives until the handler's
// coroutine is over. A body is read as it comes, and only as far as the handler asks for it.
//
// In coroutines GCC 12 destroys some temporaries twice: give a name to whatever is passed in an
// expression with co_await, and make a Response that has headers in a plain function.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <string>
#include <string_view>

#include "core/result.h"
#include "platform/http/message.h"

namespace throughline::platform::http {

template <class T>
using Task = boost::asio::awaitable<T>;

class Exchange {
 public:
  virtual ~Exchange() = default;
  virtual const Request& request() const = 0;

  // The next piece of the body, 64 KiB at most; empty at its end. BODY_TOO_LARGE when the whole is
  // more than the server takes, BODY_CUT_OFF when the client went away, BODY_TOO_SLOW when it sends
  // more slowly than the server waits for: then the answer is 408 whatever the handler makes of it.
  virtual Task<core::Result<std::string>> Read() = 0;

  // Begins an answer of a length that is not known; its body is what is written from then on.
  // False: the client is gone.
  virtual Task<bool> Begin(const Response& head) = 0;
  // Returns when the client's side has room again. False: the client is gone, or has not read for
  // longer than the server waits.
  virtual Task<bool> Write(std::string_view piece) = 0;
  // True once the server is to stop: what is begun should come to an end.
  virtual bool stopping() const = 0;
};

// Gives the answer; an empty one after Begin. What it throws is logged and answered with 500.
using Handler = std::function<Task<Response>(Exchange&)>;

// BODY_TOO_LARGE when the request says itself that its body is more than `at_most` bytes. To be
// asked before the first Read, which asks a client that waits (Expect: 100-continue) to send it.
core::Result<void> CheckDeclared(const Request& request, size_t at_most);

// The whole body. BODY_TOO_LARGE when it is more than `at_most` bytes.
Task<core::Result<std::string>> ReadAll(Exchange& exchange, size_t at_most);

}  // namespace throughline::platform::http
