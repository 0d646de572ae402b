#include "core/trace_context.h"

#include <gtest/gtest.h>

namespace throughline::core {
namespace {

// Of the specification, section 3.2.2 and 4.
constexpr char kOfTheSpecification[] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
constexpr char kNotSampled[] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00";

TEST(TraceContext, TheExamplesOfTheSpecificationAreRead) {
  const auto sampled = ParseTraceParent(kOfTheSpecification);
  ASSERT_TRUE(sampled);
  EXPECT_EQ(HexOf(sampled->trace), "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_EQ(HexOf(sampled->span), "00f067aa0ba902b7");
  EXPECT_TRUE(sampled->sampled);
  const auto not_sampled = ParseTraceParent(kNotSampled);
  ASSERT_TRUE(not_sampled);
  EXPECT_FALSE(not_sampled->sampled);
}

TEST(TraceContext, WhatIsWrittenIsReadAgain) {
  for (const char* header : {kOfTheSpecification, kNotSampled}) {
    EXPECT_EQ(ToTraceParent(*ParseTraceParent(header)), header);
  }
}

// The cases of the W3C's validation suite, w3c/trace-context, test/test.py.
TEST(TraceContext, WhatIsNoHeaderIsRefused) {
  for (const char* header : {
           "",
           "00",
           "00-00000000000000000000000000000000-00f067aa0ba902b7-01",   // no trace
           "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",   // no parent
           "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",   // upper case
           "00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01",    // short
           "00-4bf92f3577b34da6a3ce929d0e0e47361-00f067aa0ba902b7-01",  // long
           "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b-01",
           "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b71-01",
           "00-4bf92f3577b34da6a3ce929d0e0e473.-00f067aa0ba902b7-01",
           "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b.-01",
           "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0",
           "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-.0",
           "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.",
           "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what",
           "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
           ".0-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
           "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.what",
           "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
       }) {
    EXPECT_FALSE(ParseTraceParent(header)) << header;
  }
}

TEST(TraceContext, ALaterVersionIsReadAsFarAsThisOneKnowsIt) {
  for (const char* header : {"cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                             "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what-then"}) {
    const auto context = ParseTraceParent(header);
    ASSERT_TRUE(context) << header;
    EXPECT_EQ(ToTraceParent(*context), kOfTheSpecification);
  }
}

TEST(TraceContext, OfTheFlagsOnlySampledIsKept) {
  const auto context = ParseTraceParent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-ff");
  ASSERT_TRUE(context);
  EXPECT_EQ(ToTraceParent(*context), kOfTheSpecification);
}

}  // namespace
}  // namespace throughline::core
