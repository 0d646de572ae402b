#include "runtime/grpc/calls.h"

#include <google/protobuf/descriptor.h>

#include "runtime/errors.h"
#include "runtime/grpc/status_details.h"

namespace throughline::runtime {

using core::Result;

namespace {

constexpr size_t kLongestRequestId = 128;

std::string RequestIdOf(const google::protobuf::Message& command) {
  const auto* field = command.GetDescriptor()->FindFieldByName("request_id");
  return field == nullptr ? "" : command.GetReflection()->GetString(command, field);
}

}  // namespace

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

grpc::ServerUnaryReactor* Submit(grpc::CallbackServerContext* context, Commands& commands,
                                 const google::protobuf::Message& command,
                                 google::protobuf::Message* response) {
  const std::string request_id = RequestIdOf(command);
  if (request_id.size() > kLongestRequestId) return Finish(context, ToStatus(RequestIdTooLong()));
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  commands.Submit(command, request_id, [reactor, response](Result<std::string> answer) {
    if (!answer) return reactor->Finish(ToStatus(answer.error()));
    response->ParseFromString(*answer);
    reactor->Finish(grpc::Status::OK);
  });
  return reactor;
}

grpc::ServerUnaryReactor* Answer(grpc::CallbackServerContext* context,
                                 const std::function<Result<bool>()>& query) {
  try {
    Result<bool> answered = query();
    return Finish(context, answered ? grpc::Status::OK : ToStatus(answered.error()));
  } catch (const std::exception& failure) {
    return Finish(context, grpc::Status(grpc::StatusCode::INTERNAL, failure.what()));
  }
}

}  // namespace throughline::runtime
