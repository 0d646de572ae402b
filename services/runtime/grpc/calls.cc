#include "runtime/grpc/calls.h"

#include "runtime/grpc/status_details.h"

namespace throughline::runtime {

grpc::Status ToStatus(const core::Error& error) {
  return grpc::Status(static_cast<grpc::StatusCode>(error.code), error.message,
                      EncodeDetails(error));
}

core::Error FromStatus(const grpc::Status& status) {
  core::Error error = DecodeDetails(status.error_details());
  error.code = static_cast<core::Code>(status.error_code());
  error.message = status.error_message();
  if (error.reason.empty()) error.reason = "RPC_FAILED";
  return error;
}

grpc::ServerUnaryReactor* Finish(grpc::CallbackServerContext* context, const grpc::Status& status) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  reactor->Finish(status);
  return reactor;
}

}  // namespace throughline::runtime
