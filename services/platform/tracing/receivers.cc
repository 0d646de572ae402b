#include "platform/tracing/receivers.h"

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <future>
#include <utility>

#include "opentelemetry/proto/collector/trace/v1/trace_service.grpc.pb.h"
#include "platform/grpc/channel.h"
#include "platform/http_client/http_client.h"
#include "platform/tracing/errors.h"

namespace throughline::platform {

namespace {

constexpr std::string_view kGrpc = "grpc://";
constexpr std::chrono::milliseconds kDeadline(10'000);

// Which answers are worth another attempt: opentelemetry.io/docs/specs/otlp, "Failures".
bool IsTransient(grpc::StatusCode code) {
  constexpr grpc::StatusCode kTransient[] = {
      grpc::StatusCode::CANCELLED,
      grpc::StatusCode::DEADLINE_EXCEEDED,
      grpc::StatusCode::ABORTED,
      grpc::StatusCode::OUT_OF_RANGE,
      grpc::StatusCode::UNAVAILABLE,
      grpc::StatusCode::DATA_LOSS,
      grpc::StatusCode::RESOURCE_EXHAUSTED,
  };
  return std::find(std::begin(kTransient), std::end(kTransient), code) != std::end(kTransient);
}

bool IsTransient(int status) {
  return status == 429 || status == 502 || status == 503 || status == 504;
}

class GrpcReceiver final : public SpanReceiver {
 public:
  explicit GrpcReceiver(const std::shared_ptr<grpc::Channel>& channel)
      : stub_(otlp::TraceService::NewStub(channel)) {}

  Answer Send(const otlp::ExportTraceServiceRequest& request) override {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + kDeadline);
    otlp::ExportTraceServiceResponse response;
    const grpc::Status status = stub_->Export(&context, request, &response);
    if (status.ok()) return Answer::kTaken;
    return IsTransient(status.error_code()) ? Answer::kTryAgain : Answer::kRefused;
  }

 private:
  const std::unique_ptr<otlp::TraceService::Stub> stub_;
};

class HttpReceiver final : public SpanReceiver {
 public:
  explicit HttpReceiver(std::string url, AddressRules addresses)
      : url_(std::move(url)),
        client_(transfers_,
                {.addresses = std::move(addresses), .plain_http = true, .ca_file = ""}) {}

  Answer Send(const otlp::ExportTraceServiceRequest& request) override {
    auto answered = std::make_shared<std::promise<HttpOutcome>>();
    auto answer = answered->get_future();
    client_.Post({.url = url_,
                  .headers = {"Content-Type: application/x-protobuf"},
                  .body = request.SerializeAsString(),
                  .deadline = kDeadline},
                 [answered](HttpOutcome outcome) { answered->set_value(std::move(outcome)); });
    const HttpOutcome outcome = answer.get();
    if (outcome.failure != HttpOutcome::Failure::kNone) return Answer::kTryAgain;
    if (outcome.status >= 200 && outcome.status < 300) return Answer::kTaken;
    return IsTransient(outcome.status) ? Answer::kTryAgain : Answer::kRefused;
  }

 private:
  const std::string url_;
  Transfers transfers_;
  const HttpClient client_;
};

}  // namespace

core::Result<std::unique_ptr<SpanReceiver>> ReceiverAt(const std::string& address) {
  if (address.starts_with(kGrpc)) {
    auto channel = OpenChannel({.address = address.substr(kGrpc.size())}, {});
    if (!channel) return core::Refuse(channel.error());
    return std::make_unique<GrpcReceiver>(*channel);
  }
  const bool is_http = address.starts_with("http://") || address.starts_with("https://");
  if (!is_http || EndpointOf(address).empty()) return core::Refuse(TracesAddressInvalid(address));
  // Whoever configures this program says where its own collector is.
  auto anywhere = AddressRules::Allowing({"0.0.0.0/0", "::/0"});
  if (!anywhere) return core::Refuse(anywhere.error());
  return std::make_unique<HttpReceiver>(address, *std::move(anywhere));
}

}  // namespace throughline::platform
