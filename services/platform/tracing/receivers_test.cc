#include "platform/tracing/receivers.h"

#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include "opentelemetry/proto/collector/trace/v1/trace_service.grpc.pb.h"
#include "platform/http_client/test_receiver.h"
#include "platform/tracing/tracing.h"

namespace throughline::platform {
namespace {

using Answer = SpanReceiver::Answer;

otlp::ExportTraceServiceRequest RequestOf(const std::string& name) {
  runtime::Span span;
  span.name = name;
  return ToOtlp({"throughline", "one", "0.1.0"}, {span});
}

// A collector, made of the same protos.
class Collector : public otlp::TraceService::Service {
 public:
  grpc::Status Export(grpc::ServerContext*, const otlp::ExportTraceServiceRequest* request,
                      otlp::ExportTraceServiceResponse*) override {
    const auto& span = request->resource_spans(0).scope_spans(0).spans(0);
    if (span.name() == "later") return {grpc::StatusCode::UNAVAILABLE, ""};
    if (span.name() == "never") return {grpc::StatusCode::INVALID_ARGUMENT, ""};
    std::lock_guard lock(mutex_);
    taken_.push_back(span.name());
    return grpc::Status::OK;
  }
  std::vector<std::string> taken() const {
    std::lock_guard lock(mutex_);
    return taken_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> taken_;
};

struct Served {
  Served() {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(&collector);
    server = builder.BuildAndStart();
  }
  std::string address() const { return "grpc://127.0.0.1:" + std::to_string(port); }
  Collector collector;
  int port = 0;
  std::unique_ptr<grpc::Server> server;
};

TEST(Receivers, AnAddressSaysHowItIsSpokenTo) {
  EXPECT_TRUE(ReceiverAt("grpc://127.0.0.1:4317"));
  EXPECT_TRUE(ReceiverAt("http://127.0.0.1:4318/v1/traces"));
  EXPECT_TRUE(ReceiverAt("https://collector.example/v1/traces"));
  for (const char* wrong : {"127.0.0.1:4317", "ftp://127.0.0.1/v1/traces", "http://"}) {
    const auto receiver = ReceiverAt(wrong);
    ASSERT_FALSE(receiver) << wrong;
    EXPECT_EQ(receiver.error().reason, "TRACES_ADDRESS_INVALID");
  }
}

TEST(Receivers, OverGrpcACollectorTakesSpansOrSaysWhetherToTryAgain) {
  const Served served;
  auto receiver = ReceiverAt(served.address());
  ASSERT_TRUE(receiver);
  EXPECT_EQ((*receiver)->Send(RequestOf("a span")), Answer::kTaken);
  EXPECT_EQ((*receiver)->Send(RequestOf("later")), Answer::kTryAgain);
  EXPECT_EQ((*receiver)->Send(RequestOf("never")), Answer::kRefused);
  EXPECT_EQ(served.collector.taken(), std::vector<std::string>{"a span"});
}

TEST(Receivers, OverHttpTheAnswerIsItsStatus) {
  const std::pair<const char*, Answer> answers[] = {{"200 OK", Answer::kTaken},
                                                    {"429 Too Many Requests", Answer::kTryAgain},
                                                    {"503 Service Unavailable", Answer::kTryAgain},
                                                    {"400 Bad Request", Answer::kRefused}};
  for (const auto& [status, expected] : answers) {
    const TestReceiver collector("HTTP/1.1 " + std::string(status) +
                                 "\r\nContent-Length: 0\r\n\r\n");
    auto receiver = ReceiverAt(collector.url());
    ASSERT_TRUE(receiver);
    EXPECT_EQ((*receiver)->Send(RequestOf("END")), expected) << status;
    const std::string request = collector.requests().front();
    EXPECT_NE(request.find("Content-Type: application/x-protobuf"), std::string::npos);
    otlp::ExportTraceServiceRequest sent;
    EXPECT_TRUE(sent.ParseFromString(request.substr(request.find("\r\n\r\n") + 4)));
    EXPECT_EQ(sent.resource_spans(0).scope_spans(0).spans(0).name(), "END");
  }
}

TEST(Receivers, OneThatIsNotThereMayComeBack) {
  for (const char* address : {"grpc://127.0.0.1:1", "http://127.0.0.1:1/v1/traces"}) {
    auto receiver = ReceiverAt(address);
    ASSERT_TRUE(receiver);
    EXPECT_EQ((*receiver)->Send(RequestOf("a span")), Answer::kTryAgain);
  }
}

TEST(Receivers, AProgramsSpansGetToTheCollectorWhenItEnds) {
  const Served served;
  auto traces = Traces::Open({.address = served.address(), .sampling = {.ratio = 1}}, "test");
  ASSERT_TRUE(traces);
  runtime::Span span;
  span.name = "the last";
  span.context = (*traces)->tracer().Begin();
  (*traces)->tracer().Take(span);
  traces->reset();
  EXPECT_EQ(served.collector.taken(), std::vector<std::string>{"the last"});
}

TEST(Receivers, WithoutAnAddressNothingIsTraced) {
  auto traces = Traces::Open({}, "test");
  ASSERT_TRUE(traces);
  EXPECT_EQ(*traces, nullptr);
}

}  // namespace
}  // namespace throughline::platform
