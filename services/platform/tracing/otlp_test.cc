#include "platform/tracing/otlp.h"

#include <gtest/gtest.h>

namespace throughline::platform {
namespace {

using opentelemetry::proto::trace::v1::Status;

runtime::Span SpanOf(const char* traceparent) {
  runtime::Span span;
  span.name = "process inbox.evidence";
  span.kind = runtime::SpanKind::kConsumer;
  span.context = *core::ParseTraceParent(traceparent);
  span.parent = {1, 2, 3, 4, 5, 6, 7, 8};
  span.start = std::chrono::system_clock::time_point(std::chrono::seconds(1'700'000'000));
  span.end = span.start + std::chrono::milliseconds(5);
  span.attributes = {{"messaging.system", std::string("kafka")},
                     {"messaging.batch.message_count", int64_t{3}}};
  return span;
}
constexpr char kContext[] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
constexpr char kOther[] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

TEST(Otlp, ASpanSaysWhereItBelongsAndWhatItWas) {
  runtime::Span span = SpanOf(kContext);
  span.links.push_back(*core::ParseTraceParent(kOther));
  const auto request = ToOtlp({"throughline-evidence", "one", "0.1.0"}, {span});
  ASSERT_EQ(request.resource_spans_size(), 1);
  const auto& resource = request.resource_spans(0).resource();
  EXPECT_EQ(resource.attributes(0).key(), "service.name");
  EXPECT_EQ(resource.attributes(0).value().string_value(), "throughline-evidence");
  const auto& its = request.resource_spans(0).scope_spans(0).spans(0);
  EXPECT_EQ(its.trace_id().size(), 16);
  EXPECT_EQ(static_cast<uint8_t>(its.trace_id()[0]), 0x4b);
  EXPECT_EQ(its.span_id().size(), 8);
  EXPECT_EQ(its.parent_span_id(), std::string("\x01\x02\x03\x04\x05\x06\x07\x08"));
  EXPECT_EQ(its.end_time_unix_nano() - its.start_time_unix_nano(), 5'000'000);
  EXPECT_EQ(its.kind(), opentelemetry::proto::trace::v1::Span::SPAN_KIND_CONSUMER);
  EXPECT_EQ(its.attributes(1).value().int_value(), 3);
  EXPECT_EQ(its.links(0).span_id().size(), 8);
  EXPECT_EQ(its.status().code(), Status::STATUS_CODE_UNSET);
}

TEST(Otlp, OneThatBeginsATraceHasNoParentAndOneThatFailedSaysWhy) {
  runtime::Span span = SpanOf(kContext);
  span.parent = {};
  span.error = "UNAVAILABLE";
  const auto request = ToOtlp({}, {span});
  const auto& its = request.resource_spans(0).scope_spans(0).spans(0);
  EXPECT_EQ(its.parent_span_id(), "");
  EXPECT_EQ(its.status().code(), Status::STATUS_CODE_ERROR);
  EXPECT_EQ(its.attributes().rbegin()->key(), "error.type");
}

}  // namespace
}  // namespace throughline::platform
