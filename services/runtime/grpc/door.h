// The one way in: how a method of a service is written. Before anything else happens, the door
// finds out who calls and whether the method's rule allows it; then the method submits, answers or
// watches. A method whose request has no rule is refused to everybody. Health and reflection do
// not go through a door: orchestrators and tools reach them without a credential, and they tell
// nothing of any district.
//
// Every reactor made here finishes exactly once; no exception leaves it. Thread-safe.
#pragma once

#include <grpcpp/grpcpp.h>
#include <grpcpp/support/server_callback.h>

#include <functional>
#include <string_view>

#include "core/result.h"
#include "runtime/access/access.h"
#include "runtime/commands.h"
#include "runtime/grpc/calls.h"
#include "runtime/grpc/event_stream.h"

namespace throughline::runtime {

// What a stream shows.
template <class Response>
struct Watching {
  EventQuery query;
  // Writes an event into the response and says whether the reader gets it.
  std::function<bool(const ReadEvent&, Response*)> translate;
};

class Door {
 public:
  // `service` is the full name of a gRPC service, whose rules are read here; a rule that makes no
  // sense aborts. `access` must outlive this.
  Door(const Access& access, std::string_view service);

  // For methods that do more than one of those below: who calls, when they may.
  core::Result<PrincipalPtr> Admit(grpc::CallbackServerContext* context,
                                   const google::protobuf::Message& request) const;
  // Who calls, whatever they may: for a stream whose requests are yet to come, and are admitted
  // one by one.
  core::Result<PrincipalPtr> Authenticate(grpc::CallbackServerContext* context) const;

  // Submits `command`, whose field `request_id` is its idempotency key, and answers with what the
  // decider answers. INVALID_ARGUMENT when the request id is longer than 128 characters.
  grpc::ServerUnaryReactor* Submit(grpc::CallbackServerContext* context, Commands& commands,
                                   const google::protobuf::Message& command,
                                   google::protobuf::Message* response) const;

  // Answers a query: runs it on the calling thread and finishes with what it returns. The query
  // fills the response.
  grpc::ServerUnaryReactor* Answer(grpc::CallbackServerContext* context,
                                   const google::protobuf::Message& request,
                                   const std::function<core::Result<bool>()>& query) const;

  // Streams what `watching()`, a Result<Watching<Response>>, says. When the credential expires the
  // stream ends with UNAUTHENTICATED; with a new one it goes on from its last token.
  template <class Response, class Ask>
  grpc::ServerWriteReactor<Response>* Watch(grpc::CallbackServerContext* context,
                                            const google::protobuf::Message& request,
                                            EventStreams& streams, const Ask& watching) const;

 private:
  // Empty when it never is.
  std::function<bool()> IsOver(const PrincipalPtr& caller) const;

  const Access& access_;
  Rules rules_;
};

template <class Response, class Ask>
grpc::ServerWriteReactor<Response>* Door::Watch(grpc::CallbackServerContext* context,
                                                const google::protobuf::Message& request,
                                                EventStreams& streams, const Ask& watching) const {
  auto caller = Admit(context, request);
  if (!caller) return new RefusedStream<Response>(ToStatus(caller.error()));
  core::Result<Watching<Response>> what = watching();
  if (!what) return new RefusedStream<Response>(ToStatus(what.error()));
  return streams.Open<Response>(what->query, std::move(what->translate), IsOver(*caller));
}

}  // namespace throughline::runtime
