#include "platform/grpc/calls.h"

#include "platform/grpc/status_details.h"

namespace throughline::platform {

grpc::Status ToStatus(const core::Error& error) {
  return grpc::Status(static_cast<grpc::StatusCode>(error.code), error.message,
                      EncodeDetails(error));
}

namespace {

// For people, when gRPC itself says nothing.
std::string MessageOf(const grpc::Status& status) {
  if (status.ok() || !status.error_message().empty()) return status.error_message();
  if (status.error_code() == grpc::StatusCode::UNIMPLEMENTED) {
    return "The server does not offer this call: it is of another version, or is another program.";
  }
  return "The call failed, and the server did not say why.";
}

}  // namespace

core::Error FromStatus(const grpc::Status& status) {
  core::Error error = DecodeDetails(status.error_details());
  error.code = static_cast<core::Code>(status.error_code());
  error.message = MessageOf(status);
  if (error.reason.empty()) error.reason = "RPC_FAILED";
  return error;
}

grpc::ServerUnaryReactor* Finish(grpc::CallbackServerContext* context, const grpc::Status& status) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  reactor->Finish(status);
  return reactor;
}

}  // namespace throughline::platform
