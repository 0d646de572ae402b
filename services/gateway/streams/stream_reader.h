// Reads a server stream of a service, one message at a time and as bytes, and notifies a listener.
#pragma once

#include <grpcpp/channel.h>
#include <grpcpp/support/status.h>

#include <memory>
#include <string>

#include "gateway/door/calls.h"

namespace throughline::gateway {

struct StreamCallRequest {
  std::string method;         // full name, as throughline.notifications.v1.….WatchAlerts
  std::string message;        // serialized
  std::string authorization;  // empty: none
  OnBehalfOf client = {};
};

// What a stream says of itself when it stands.
struct StreamPlace {
  std::string token;  // where it begins
  std::string view;   // streams of one request and an equal view get the same messages
};

// Called by gRPC's threads, one call at a time.
class StreamListener {
 public:
  virtual ~StreamListener() = default;
  // At most once, and before any message: from here on nothing of the stream is missed.
  virtual void Stands(StreamPlace place) = 0;
  // No other comes until ReadOn.
  virtual void Came(std::string message) = 0;
  // Last, and once.
  virtual void Ended(const grpc::Status& status) = 0;
};

// Does not keep its listener alive. The call is cancelled when this is destroyed; a listener that
// still lives is told of that end as of any other.
class StreamReader {
 public:
  StreamReader(const std::shared_ptr<grpc::Channel>& channel, const StreamCallRequest& request,
               std::weak_ptr<StreamListener> listener);
  ~StreamReader();
  StreamReader(const StreamReader&) = delete;
  StreamReader& operator=(const StreamReader&) = delete;

  // Once, before anything is heard.
  void Start();
  // Once for each message that came. From any thread, even from within Came.
  void ReadOn();

 private:
  class Reactor;
  std::shared_ptr<Reactor> reactor_;
};

}  // namespace throughline::gateway
