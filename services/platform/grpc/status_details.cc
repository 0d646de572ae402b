#include "platform/grpc/status_details.h"

#include "google/rpc/error_details.pb.h"
#include "throughline/runtime/v1/status.pb.h"

namespace throughline::platform {

namespace {
constexpr char kErrorInfoUrl[] = "type.googleapis.com/google.rpc.ErrorInfo";
}

std::string EncodeDetails(const core::Error& error) {
  google::rpc::ErrorInfo info;
  info.set_reason(error.reason);
  info.set_domain("throughline");
  if (!error.field.empty()) (*info.mutable_metadata())["field"] = error.field;
  runtime::v1::RpcStatus status;
  status.set_code(static_cast<int32_t>(error.code));
  status.set_message(error.message);
  google::protobuf::Any* detail = status.add_details();
  detail->set_type_url(kErrorInfoUrl);
  detail->set_value(info.SerializeAsString());
  return status.SerializeAsString();
}

core::Error DecodeDetails(const std::string& details) {
  core::Error error;
  runtime::v1::RpcStatus status;
  if (!status.ParseFromString(details)) return error;
  for (const google::protobuf::Any& detail : status.details()) {
    google::rpc::ErrorInfo info;
    if (detail.type_url() != kErrorInfoUrl || !info.ParseFromString(detail.value())) continue;
    error.reason = info.reason();
    auto field = info.metadata().find("field");
    if (field != info.metadata().end()) error.field = field->second;
  }
  return error;
}

}  // namespace throughline::platform
