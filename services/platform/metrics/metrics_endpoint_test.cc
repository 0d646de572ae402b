#include "platform/metrics/metrics_endpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "platform/http/test_client.h"

namespace throughline::platform {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

class MetricsEndpointTest : public testing::Test {
 protected:
  void Start() {
    const auto readings = [] {
      return std::vector<Reading>{{MetricNamed("throughline_http_connections"), {}, 3}};
    };
    auto started = MetricsEndpoint::Start(
        "127.0.0.1:0", {}, readings,
        {.liveness = [this] { return liveness_; }, .readiness = [this] { return readiness_; }});
    ASSERT_TRUE(started) << started.error().message;
    endpoint_ = std::move(*started);
  }
  std::string Get(const std::string& path) {
    http::RawClient client(endpoint_->port());
    client.Send("GET " + path + " HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n");
    return client.ReadToEnd();
  }

  std::vector<std::string> liveness_, readiness_;
  std::unique_ptr<MetricsEndpoint> endpoint_;
};

TEST_F(MetricsEndpointTest, PrometheusReadsWhatPartsSayOfThemselves) {
  Start();
  EXPECT_THAT(Get("/metrics"),
              AllOf(StartsWith("HTTP/1.1 200"), HasSubstr("text/plain; version=0.0.4"),
                    HasSubstr("# TYPE throughline_http_connections gauge\n"
                              "throughline_http_connections 3\n")));
}

TEST_F(MetricsEndpointTest, ProbesAreAnsweredOkWhileThereIsNothingWrong) {
  Start();
  EXPECT_THAT(Get("/livez"), AllOf(StartsWith("HTTP/1.1 200"), EndsWith("\r\n\r\nok\n")));
  EXPECT_THAT(Get("/readyz"), AllOf(StartsWith("HTTP/1.1 200"), EndsWith("\r\n\r\nok\n")));
}

TEST_F(MetricsEndpointTest, AProbeIsToldEveryReasonInASentenceOfItsOwn) {
  Start();
  readiness_ = {"plans: 2 of its 12 partitions are not taken over.", "The process is stopping."};
  EXPECT_THAT(Get("/readyz"),
              AllOf(StartsWith("HTTP/1.1 503"),
                    EndsWith("\r\n\r\nplans: 2 of its 12 partitions are not taken over.\n"
                             "The process is stopping.\n")));
  EXPECT_THAT(Get("/livez"), StartsWith("HTTP/1.1 200")) << "a process may live and not be ready";
  liveness_ = {"The gRPC server has not answered for 61 s."};
  EXPECT_THAT(Get("/livez"), StartsWith("HTTP/1.1 503"));
}

TEST_F(MetricsEndpointTest, NothingElseIsThere) {
  Start();
  EXPECT_THAT(Get("/healthz"), StartsWith("HTTP/1.1 404"));
  EXPECT_THAT(Get("/%"), StartsWith("HTTP/1.1 400"));
}

TEST_F(MetricsEndpointTest, AnAddressInUseIsRefusedWithASentence) {
  Start();
  const auto second = MetricsEndpoint::Start("127.0.0.1:" + std::to_string(endpoint_->port()), {});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().reason, "LISTEN_REFUSED");
}

}  // namespace
}  // namespace throughline::platform
