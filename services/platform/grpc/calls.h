// What a call ends with: errors as gRPC statuses and back. How a method is written is in
// call_guard.h.
#pragma once

#include <grpcpp/grpcpp.h>
#include <grpcpp/support/server_callback.h>

#include "core/result.h"

namespace throughline::platform {

// The error as a status with google.rpc.ErrorInfo (reason, field) among its details.
grpc::Status ToStatus(const core::Error& error);
// The reverse, for clients.
core::Error FromStatus(const grpc::Status& status);

// Finishes at once.
grpc::ServerUnaryReactor* Finish(grpc::CallbackServerContext* context, const grpc::Status& status);

}  // namespace throughline::platform
