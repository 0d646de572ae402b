#include "notifications/delivery/delivery_telemetry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/key.h"
#include "runtime/remembered_spans.h"
#include "throughline/notifications/v1/notifications_events.pb.h"

namespace throughline::notifications {
namespace {

constexpr char kCause[] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
constexpr char kEndpoint[] = "https://hooks.example:443";

class DeliveryTelemetryTest : public testing::Test {
 protected:
  DeliveryTelemetryTest() {
    delivery_.set_district("d");
    delivery_.set_delivery("one");
    v1::Alert& alert = *delivery_.mutable_notification()->add_firing();
    alert.set_raised_at_ms(1000);
    alert.set_notified(1);
  }
  template <class Event>
  void Follow(const Event& event) {
    runtime::v1::Packed packed;
    packed.mutable_envelope()->set_type(Event::descriptor()->full_name());
    packed.mutable_envelope()->set_traceparent(kCause);
    packed.set_value(event.SerializeAsString());
    telemetry_.Follow(packed);
  }
  DeliveryTelemetry::Attempt Begin() {
    return telemetry_.Begin(core::JoinKey("d", "one"), delivery_, kEndpoint);
  }
  static v1::AttemptOutcome Outcome(v1::AttemptResult result, int status) {
    v1::AttemptOutcome outcome;
    outcome.set_result(result);
    outcome.set_status(status);
    return outcome;
  }
  double Count(const platform::Metric* metric, const std::vector<std::string>& labels) {
    std::vector<platform::Reading> readings;
    telemetry_.AppendTo(readings);
    for (const platform::Reading& reading : readings) {
      if (reading.metric != metric || reading.labels != labels) continue;
      return reading.histogram ? reading.histogram->sum : reading.value;
    }
    return -1;
  }

  v1::Delivery delivery_;
  runtime::RememberedSpans tracer_;
  DeliveryTelemetry telemetry_{&tracer_};
};

TEST_F(DeliveryTelemetryTest, AnAttemptGoesOnInTheTraceThatMadeItDue) {
  v1::DeliveryRequested requested;
  *requested.mutable_delivery() = delivery_;
  Follow(requested);
  auto attempt = Begin();
  telemetry_.End(attempt, Outcome(v1::ATTEMPT_RESULT_DELIVERED, 204), core::FromMillis(3500));
  const runtime::Span span = tracer_.spans().front();
  EXPECT_EQ(span.context.trace, core::ParseTraceParent(kCause)->trace);
  EXPECT_EQ(span.parent, core::ParseTraceParent(kCause)->span);
  EXPECT_EQ(span.error, "");
}

TEST_F(DeliveryTelemetryTest, ARepetitionGoesOnInTheTraceOfItsOwnTimer) {
  v1::AttemptDue due;
  due.set_district("d");
  due.set_delivery("one");
  Follow(due);
  EXPECT_EQ(Begin().trace().trace, core::ParseTraceParent(kCause)->trace);
}

TEST_F(DeliveryTelemetryTest, AttemptsAreCountedByHowTheyEnded) {
  auto attempt = Begin();
  EXPECT_EQ(Count(platform::MetricNamed("throughline_deliveries_under_way"), {}), 1);
  telemetry_.End(attempt, Outcome(v1::ATTEMPT_RESULT_TIMED_OUT, 0), {});
  telemetry_.Forget(attempt);
  EXPECT_EQ(Count(platform::MetricNamed("throughline_deliveries_under_way"), {}), 0);
  EXPECT_EQ(Count(platform::MetricNamed("throughline_deliveries_total"), {"webhook", "timed_out"}),
            1);
  EXPECT_EQ(tracer_.spans().front().error, "timed_out");
}

TEST_F(DeliveryTelemetryTest, OfAlertsThatNobodyHadHeardOfTheWholeWayIsMeasured) {
  v1::Alert& repeated = *delivery_.mutable_notification()->add_firing();
  repeated.set_raised_at_ms(0);
  repeated.set_notified(2);
  auto attempt = Begin();
  telemetry_.End(attempt, Outcome(v1::ATTEMPT_RESULT_DELIVERED, 204), core::FromMillis(3500));
  EXPECT_DOUBLE_EQ(Count(platform::MetricNamed("throughline_received_to_delivered_seconds"), {}),
                   2.5);
}

TEST_F(DeliveryTelemetryTest, ASpanHasHostAndPortOfAnAddressAndNothingElse) {
  Begin();
  auto attempt = Begin();
  telemetry_.End(attempt, Outcome(v1::ATTEMPT_RESULT_DELIVERED, 204), {});
  const auto attributes = tracer_.spans().front().attributes;
  ASSERT_EQ(attributes.size(), 4);
  EXPECT_EQ(std::get<std::string>(attributes[1].value), "hooks.example");
  EXPECT_EQ(std::get<int64_t>(attributes[2].value), 443);
}

}  // namespace
}  // namespace throughline::notifications
