// A server stream of a service, awaited message by message. A message that was not taken yet holds
// the next one back: a slow reader fills no queue here, and the service ends it when it is too
// slow.
//
// Belongs to one coroutine. The call is cancelled when this is destroyed.
#pragma once

#include <grpcpp/channel.h>
#include <grpcpp/support/status.h>

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "runtime/http/exchange.h"

namespace throughline::gateway {

struct StreamCallOptions {
  std::string method;         // full name, as throughline.notifications.v1.….WatchAlerts
  std::string request;        // the serialized message
  std::string authorization;  // empty: none
};

class StreamCall {
 public:
  // `executor` is the coroutine's own.
  StreamCall(const std::shared_ptr<grpc::Channel>& channel, const StreamCallOptions& options,
             const boost::asio::any_io_executor& executor);
  ~StreamCall();
  StreamCall(const StreamCall&) = delete;
  StreamCall& operator=(const StreamCall&) = delete;

  // True when the stream stands, so that nothing of it is missed. False when it ended before, or
  // did not come to stand within `patience`.
  runtime::http::Task<bool> Opened(std::chrono::milliseconds patience);
  // The next message, serialized. nullopt when none came within `patience`, or the stream has
  // ended: then there is a status.
  runtime::http::Task<std::optional<std::string>> Next(std::chrono::milliseconds patience);
  const std::optional<grpc::Status>& status() const { return status_; }

 private:
  class Reactor;
  std::shared_ptr<Reactor> reactor_;
  std::optional<grpc::Status> status_;
};

}  // namespace throughline::gateway
