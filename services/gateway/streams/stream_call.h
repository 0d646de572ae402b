// A server stream of a service, awaited message by message. A message that was not taken yet holds
// the next one back: a slow reader fills no queue here, and the service ends it when it is too
// slow.
//
// Belongs to one coroutine. The call is cancelled when this is destroyed.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <optional>

#include "gateway/streams/stream_reader.h"
#include "platform/http/exchange.h"

namespace throughline::gateway {

class StreamCall {
 public:
  // `executor` is the coroutine's own.
  StreamCall(const std::shared_ptr<grpc::Channel>& channel, const StreamCallRequest& request,
             const boost::asio::any_io_executor& executor);

  // Where it stands, once it does. nullopt when it ended before, or did not come to stand within
  // `patience`.
  platform::http::Task<std::optional<StreamPlace>> Stands(std::chrono::milliseconds patience);
  // The next message, serialized. nullopt when none came within `patience`, or the stream has
  // ended: then there is a status.
  platform::http::Task<std::optional<std::string>> Next(std::chrono::milliseconds patience);
  const std::optional<grpc::Status>& status() const { return status_; }

 private:
  class Mailbox;
  std::optional<std::string> Take();

  std::shared_ptr<Mailbox> mailbox_;
  StreamReader reader_;
  std::optional<grpc::Status> status_;
};

}  // namespace throughline::gateway
