// How a gRPC method of a service is written: parse, ask or submit, map. Every reactor made here
// finishes exactly once; no exception leaves it.
#pragma once

#include <grpcpp/grpcpp.h>
#include <grpcpp/support/server_callback.h>

#include <functional>

#include "core/result.h"
#include "runtime/commands.h"

namespace throughline::runtime {

// The error as a status with google.rpc.ErrorInfo (reason, field) among its details.
grpc::Status ToStatus(const core::Error& error);
// The reverse, for clients.
core::Error FromStatus(const grpc::Status& status);

// Finishes at once.
grpc::ServerUnaryReactor* Finish(grpc::CallbackServerContext* context, const grpc::Status& status);

// Submits `command`, whose field `request_id` is its idempotency key, and answers with what the
// decider answers. INVALID_ARGUMENT when the request id is longer than 128 characters.
grpc::ServerUnaryReactor* Submit(grpc::CallbackServerContext* context, Commands& commands,
                                 const google::protobuf::Message& command,
                                 google::protobuf::Message* response);

// Answers a query: runs it on the calling thread and finishes with what it returns. The query
// fills the response.
grpc::ServerUnaryReactor* Answer(grpc::CallbackServerContext* context,
                                 const std::function<core::Result<bool>()>& query);

// For a method that has to do more than one of these: a reactor to Finish from a callback later.
using LaterReactor = grpc::ServerUnaryReactor;

}  // namespace throughline::runtime
