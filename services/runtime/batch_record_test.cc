#include "runtime/batch_record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/remembered_spans.h"

namespace throughline::runtime {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr char kInbox[] = "inbox.evidence";
constexpr char kSampled[] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
constexpr char kNotSampled[] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00";
constexpr char kOther[] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

std::vector<std::string> NamesOf(const std::vector<Span>& spans) {
  std::vector<std::string> names;
  for (const Span& span : spans) names.push_back(span.name);
  return names;
}

class BatchRecordTest : public testing::Test {
 protected:
  BatchRecord Record() {
    Tracing tracing{.tracer = &tracer_};
    tracing.is_notable = [](const std::string& type) { return type == "Notable"; };
    tracing.traced = [this](const v1::Packed& event) { traced_.push_back(event); };
    return BatchRecord("evidence", 3, counters_, &standing_, tracing);
  }
  static std::vector<v1::Packed> Events(const std::string& type = "Ordinary") {
    std::vector<v1::Packed> events(1);
    events[0].mutable_envelope()->set_type(type);
    return events;
  }
  // What the events of an input with this header say.
  static std::string GoesOnAs(BatchRecord& batch, const std::string& traceparent,
                              const std::string& type = "Ordinary") {
    auto events = Events(type);
    batch.TookInput();
    batch.DecidedOnRecord(kInbox, traceparent, events);
    return events[0].envelope().traceparent();
  }
  static void Finish(BatchRecord& batch) {
    batch.Decided(1);
    batch.Committed({});
    batch.Delivered();
    batch.Done();
  }

  Counters counters_;
  PartitionStanding standing_;
  RememberedSpans tracer_;
  std::vector<v1::Packed> traced_;
};

TEST_F(BatchRecordTest, WhatIsSentIsTheChildOfWhatWasProcessedAndThatOfWhoSentIt) {
  BatchRecord batch = Record();
  batch.Begin();
  const std::string goes_on_as = GoesOnAs(batch, kSampled);
  Finish(batch);
  EXPECT_THAT(NamesOf(tracer_.spans()),
              ElementsAre("process inbox.evidence", "commit", "send events.evidence"));
  const Span process = *tracer_.Named("process inbox.evidence");
  const Span send = *tracer_.Named("send events.evidence");
  EXPECT_EQ(process.parent, core::ParseTraceParent(kSampled)->span);
  EXPECT_EQ(process.context.trace, core::ParseTraceParent(kSampled)->trace);
  EXPECT_EQ(send.parent, process.context.span);
  EXPECT_EQ(core::ToTraceParent(send.context), goes_on_as);
  EXPECT_EQ(traced_.size(), 1);
}

TEST_F(BatchRecordTest, InputsOfOneWorkAreOneSpanAndThoseOfAnotherAreLinked) {
  BatchRecord batch = Record();
  batch.Begin();
  GoesOnAs(batch, kSampled);
  GoesOnAs(batch, kSampled);
  GoesOnAs(batch, kOther);
  Finish(batch);
  const std::vector<Span> spans = tracer_.spans();
  ASSERT_EQ(spans.size(), 6);
  EXPECT_EQ(std::get<int64_t>(spans[0].attributes.back().value), 2);
  EXPECT_THAT(spans[0].links, ElementsAre(*core::ParseTraceParent(kOther)));
  EXPECT_THAT(spans[3].links, ElementsAre(*core::ParseTraceParent(kSampled)));
}

TEST_F(BatchRecordTest, WhatIsNotSampledGoesOnAsItCameAndIsNoSpan) {
  BatchRecord batch = Record();
  batch.Begin();
  EXPECT_EQ(GoesOnAs(batch, kNotSampled), kNotSampled);
  Finish(batch);
  EXPECT_THAT(tracer_.spans(), IsEmpty());
  EXPECT_THAT(traced_, IsEmpty());
}

TEST_F(BatchRecordTest, ANotableDecisionIsSampledFromThereOn) {
  BatchRecord batch = Record();
  batch.Begin();
  const auto goes_on_as = core::ParseTraceParent(GoesOnAs(batch, kNotSampled, "Notable"));
  Finish(batch);
  ASSERT_TRUE(goes_on_as);
  EXPECT_TRUE(goes_on_as->sampled);
  EXPECT_EQ(tracer_.spans().size(), 3);
  EXPECT_EQ(tracer_.spans().front().parent, core::ParseTraceParent(kNotSampled)->span);
}

TEST_F(BatchRecordTest, WhatFailedOrTookLongIsExportedWhetherSampledOrNot) {
  BatchRecord batch = Record();
  batch.Begin();
  GoesOnAs(batch, kNotSampled);
  batch.Failed("STORE_UNREACHABLE");
  ASSERT_EQ(tracer_.spans().size(), 1);
  EXPECT_EQ(tracer_.spans().front().error, "STORE_UNREACHABLE");
  batch.Begin();
  GoesOnAs(batch, kNotSampled);
  tracer_.slow = true;
  Finish(batch);
  EXPECT_EQ(tracer_.spans().size(), 4);
}

TEST_F(BatchRecordTest, ATimerGoesOnWithWhatSetIt) {
  BatchRecord batch = Record();
  batch.Begin();
  batch.timers_set()->push_back("group");
  const auto set_by = core::ParseTraceParent(GoesOnAs(batch, kSampled));
  Finish(batch);
  batch.Begin();
  auto events = Events();
  batch.TookInput();
  batch.DecidedOnTimer("group", events);
  Finish(batch);
  const Span fired = *tracer_.Named("process timers");
  EXPECT_EQ(fired.parent, set_by->span);
  EXPECT_EQ(fired.context.trace, set_by->trace);
}

TEST_F(BatchRecordTest, WhatIsInNoTraceStaysSoUnlessItIsNotable) {
  BatchRecord batch = Record();
  batch.Begin();
  EXPECT_EQ(GoesOnAs(batch, ""), "");
  Finish(batch);
  EXPECT_THAT(tracer_.spans(), IsEmpty());
  batch.Begin();
  const auto goes_on_as = core::ParseTraceParent(GoesOnAs(batch, "", "Notable"));
  Finish(batch);
  ASSERT_TRUE(goes_on_as);
  EXPECT_TRUE(goes_on_as->sampled);
  EXPECT_EQ(tracer_.spans().front().parent, core::SpanId{});
}

TEST_F(BatchRecordTest, ATimerThatNothingIsKnownToHaveSetBeginsATrace) {
  BatchRecord batch = Record();
  batch.Begin();
  auto events = Events();
  batch.TookInput();
  batch.DecidedOnTimer("group", events);
  Finish(batch);
  EXPECT_TRUE(core::ParseTraceParent(events[0].envelope().traceparent()));
  EXPECT_EQ(tracer_.spans().front().parent, core::SpanId{});
}

TEST_F(BatchRecordTest, WithoutATracerEventsAreLeftAlone) {
  BatchRecord batch("evidence", 3, counters_, nullptr, {});
  batch.Begin();
  EXPECT_EQ(GoesOnAs(batch, kSampled), "");
  Finish(batch);
}

TEST_F(BatchRecordTest, APartitionIsBehindFromTheOldestInputUntilAllIsHandled) {
  BatchRecord batch = Record();
  const core::Instant first = core::FromMillis(1000), left = core::FromMillis(2000);
  batch.Begin();
  batch.Read(first, left);
  EXPECT_EQ(standing_.waiting_since_ms, 1000);
  GoesOnAs(batch, kSampled);
  batch.Decided(1);
  batch.Committed(core::FromMillis(3000));
  EXPECT_EQ(standing_.outbox_since_ms, 3000);
  batch.Delivered();
  EXPECT_EQ(standing_.outbox_since_ms, 0);
  batch.Done();
  EXPECT_EQ(standing_.waiting_since_ms, 2000);
  batch.Begin();
  batch.Read(left, std::nullopt);
  Finish(batch);
  EXPECT_EQ(standing_.waiting_since_ms, 0);
}

TEST_F(BatchRecordTest, AnEventIsAsOldAsTheCommandThatSetItOff) {
  BatchRecord batch = Record();
  v1::Envelope event;
  event.set_time_ms(1000);
  event.set_correlation("inbox.evidence.3.17");
  batch.Published(event, core::FromMillis(1250));
  event.set_correlation("timer.cycles.3.due@1000");
  batch.Published(event, core::FromMillis(9000));
  const auto readings = counters_.received_to_published.Read();
  ASSERT_EQ(readings.size(), 1);
  EXPECT_EQ(readings.front().first, "evidence");
  EXPECT_DOUBLE_EQ(readings.front().second.sum, 0.25);
}

}  // namespace
}  // namespace throughline::runtime
