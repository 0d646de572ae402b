#include "platform/tracing/sampling_tracer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace throughline::platform {
namespace {

using namespace std::chrono_literals;

class SamplingTracerTest : public testing::Test {
 protected:
  SamplingTracer TracerOf(double ratio, std::chrono::milliseconds slow = 1000ms) {
    return SamplingTracer({ratio, slow}, ids_,
                          [this](const runtime::Span& span) { taken_.push_back(span.name); });
  }
  int SampledOf(int traces, double ratio) {
    SamplingTracer tracer = TracerOf(ratio);
    int sampled = 0;
    for (int i = 0; i < traces; ++i) sampled += tracer.Begin().sampled ? 1 : 0;
    return sampled;
  }
  static runtime::Span SpanOf(const core::TraceContext& context, std::string name,
                              std::chrono::milliseconds duration = 1ms) {
    runtime::Span span;
    span.name = std::move(name);
    span.context = context;
    span.end = span.start + duration;
    return span;
  }

  RandomIds ids_{42};
  std::vector<std::string> taken_;
};

TEST_F(SamplingTracerTest, OfTheTracesThatBeginHereTheRatioIsSampled) {
  EXPECT_EQ(SampledOf(1000, 0), 0);
  EXPECT_EQ(SampledOf(1000, 1), 1000);
  EXPECT_NEAR(SampledOf(100'000, 0.01), 1000, 150);  // five standard deviations
}

TEST_F(SamplingTracerTest, AChildIsInTheTraceAndKeepsItsFlag) {
  SamplingTracer tracer = TracerOf(0);
  for (const bool sampled : {false, true}) {
    core::TraceContext parent = tracer.Begin();
    parent.sampled = sampled;
    const core::TraceContext child = tracer.Child(parent);
    EXPECT_EQ(child.trace, parent.trace);
    EXPECT_NE(child.span, parent.span);
    EXPECT_EQ(child.sampled, sampled);
  }
}

TEST_F(SamplingTracerTest, AChildOfNothingBeginsATrace) {
  EXPECT_TRUE(TracerOf(1).Child({}).valid());
}

TEST_F(SamplingTracerTest, WhatIsNotSampledIsTakenOnlyWhenItFailedOrIsSlowOrNotable) {
  SamplingTracer tracer = TracerOf(0, 100ms);
  const core::TraceContext context = tracer.Begin();
  tracer.Take(SpanOf(context, "ordinary"));
  runtime::Span failed = SpanOf(context, "failed");
  failed.error = "UNAVAILABLE";
  tracer.Take(failed);
  tracer.Take(SpanOf(context, "slow", 100ms));
  runtime::Span notable = SpanOf(context, "notable");
  notable.notable = true;
  tracer.Take(notable);
  EXPECT_THAT(taken_, testing::ElementsAre("failed", "slow", "notable"));
}

TEST_F(SamplingTracerTest, NothingIsSlowWhenThatIsTurnedOff) {
  EXPECT_FALSE(TracerOf(0, 0ms).IsSlow(1h));
}

}  // namespace
}  // namespace throughline::platform
