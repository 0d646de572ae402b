#include "gateway/door/request_telemetry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/remembered_spans.h"

namespace throughline::gateway {
namespace {

using platform::Reading;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr char kParent[] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

class RequestTelemetryTest : public testing::Test {
 protected:
  RequestTelemetryTest() {
    request_.method = "POST";
    request_.target = "/v1/districts/d/students/ann.of.lakeside";
    request_.route = "/v1/**";
  }
  void Answer(int status) { telemetry_.Begin(request_)->End(status); }
  std::vector<std::string> Requests() {
    std::vector<Reading> readings;
    telemetry_.AppendTo(readings);
    return readings.front().labels;
  }

  platform::http::Request request_;
  runtime::RememberedSpans tracer_;
  RequestTelemetry telemetry_{&tracer_};
};

TEST_F(RequestTelemetryTest, ARequestIsTheChildOfWhoSentItAndTheParentOfWhatItCalls) {
  request_.headers["traceparent"] = kParent;
  Answer(200);
  const runtime::Span span = tracer_.spans().front();
  EXPECT_EQ(span.name, "POST /v1/**");
  EXPECT_EQ(span.parent, core::ParseTraceParent(kParent)->span);
  EXPECT_EQ(request_.Header("traceparent"), core::ToTraceParent(span.context));
}

TEST_F(RequestTelemetryTest, NothingOfThePathIsInASpan) {
  Answer(200);
  const runtime::Span span = tracer_.spans().front();
  for (const auto& attribute : span.attributes) {
    if (const auto* text = std::get_if<std::string>(&attribute.value)) {
      EXPECT_EQ(text->find("ann"), std::string::npos) << attribute.name;
    }
  }
}

TEST_F(RequestTelemetryTest, WhatTheServerDidWrongIsAnErrorAndWhatACallerDidIsNone) {
  Answer(404);
  Answer(503);
  EXPECT_EQ(tracer_.spans()[0].error, "");
  EXPECT_EQ(tracer_.spans()[1].error, "503");
}

TEST_F(RequestTelemetryTest, RequestsAreCountedByGroupAndClassOfTheStatus) {
  Answer(404);
  EXPECT_THAT(Requests(), ElementsAre("api", "4xx"));
}

TEST_F(RequestTelemetryTest, OneThatIsGivenUpCountsAsAFailure) {
  telemetry_.Begin(request_);
  EXPECT_THAT(Requests(), ElementsAre("api", "5xx"));
}

TEST_F(RequestTelemetryTest, WithoutATracerTheHeaderStays) {
  RequestTelemetry untraced(nullptr);
  request_.headers["traceparent"] = kParent;
  untraced.Begin(request_)->End(200);
  EXPECT_EQ(request_.Header("traceparent"), kParent);
  EXPECT_THAT(tracer_.spans(), IsEmpty());
}

TEST(RequestGroups, EveryRouteIsInOne) {
  EXPECT_EQ(GroupOf("/v1/**"), "api");
  EXPECT_EQ(GroupOf("/v1/alerts:watch"), "streams");
  EXPECT_EQ(GroupOf("/ims/oneroster/bundles"), "results");
  EXPECT_EQ(GroupOf("/xapi/{source}/statements"), "results");
  EXPECT_EQ(GroupOf("/"), "board");
  EXPECT_EQ(GroupOf(""), "other");
}

}  // namespace
}  // namespace throughline::gateway
