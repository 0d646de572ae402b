// The gateway's calls to the services behind it: any unary method by its name, bytes in, bytes
// out. Routes make the request and read the response; a call carries the caller's
// credential and a deadline, and the service checks both. Thread-safe.
#pragma once

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/support/status.h>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "runtime/tracer.h"

namespace throughline::gateway {

// For whom a call is made, as the audit trail of the services says it.
struct OnBehalfOf {
  std::string address = {};      // without the port
  std::string traceparent = {};  // the header as it came; empty: there is none
};

// Says so among the metadata of a call; what is no address and no trace is left out.
void AddTo(grpc::ClientContext& context, const OnBehalfOf& client);

struct UnaryCall {
  std::string method;         // full name, as throughline.plans.v1.PlansService.GetDistrict
  std::string request;        // the serialized message
  std::string authorization;  // the caller's header as it came; empty: none
  std::chrono::system_clock::time_point deadline;
  OnBehalfOf client = {};
};

struct UnaryAnswer {
  grpc::Status status;
  std::string response;  // the serialized message; empty unless `status` is OK
};

class UnaryCalls {
 public:
  using Done = std::function<void(UnaryAnswer)>;

  virtual ~UnaryCalls() = default;
  // Returns at once. `done` is called exactly once: by a thread of gRPC's, which it must not block
  // and into which it must not throw, or before Start returns. A call that nobody waits for any
  // more goes on to its end, which its deadline bounds: what it changes, it changes.
  virtual void Start(UnaryCall call, Done done) = 0;
};

// Over channels, one a package of services.
class ChannelCalls : public UnaryCalls {
 public:
  // By the package of the services behind it, as throughline.plans.v1. A method of another package
  // is UNIMPLEMENTED.
  using Channels = std::map<std::string, std::shared_ptr<grpc::Channel>, std::less<>>;

  // With a tracer, which outlives it, each call is a span, the child of what the client says.
  explicit ChannelCalls(Channels channels, runtime::Tracer* tracer = nullptr)
      : channels_(std::move(channels)), tracer_(tracer) {}
  // Gives up the calls that are open, for nobody is left to be answered, and waits until they have
  // come to their end. Nothing may be started any more.
  ~ChannelCalls() override;

  void Start(UnaryCall call, Done done) override;

 private:
  void Begin(grpc::ClientContext& call);
  void End(grpc::ClientContext& call);

  std::optional<runtime::Span> BeginSpan(UnaryCall& call) const;
  void EndSpan(std::optional<runtime::Span> span, const grpc::Status& status) const;

  const Channels channels_;
  runtime::Tracer* const tracer_;
  std::mutex mutex_;
  std::condition_variable none_open_;
  std::set<grpc::ClientContext*> open_;
};

}  // namespace throughline::gateway
