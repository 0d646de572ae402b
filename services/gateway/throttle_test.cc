#include "gateway/throttle.h"

#include <gtest/gtest.h>

namespace throughline::gateway {
namespace {

using std::chrono::milliseconds;

TEST(Throttle, LetsABurstThroughAndThenAsManyASecond) {
  Throttle throttle({.per_second = 10, .at_once = 3});
  const Throttle::Time start;
  for (int i = 0; i < 3; ++i) EXPECT_EQ(throttle.Ask("a", start), milliseconds(0));
  EXPECT_EQ(throttle.Ask("a", start), milliseconds(100));
  EXPECT_EQ(throttle.Ask("b", start), milliseconds(0)) << "each for itself";
  EXPECT_EQ(throttle.Ask("a", start + milliseconds(50)), milliseconds(50));
  EXPECT_EQ(throttle.Ask("a", start + milliseconds(100)), milliseconds(0));
  EXPECT_EQ(throttle.Ask("a", start + milliseconds(100)), milliseconds(100));
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(throttle.Ask("a", start + std::chrono::hours(1)), milliseconds(0));
  }
  EXPECT_GT(throttle.Ask("a", start + std::chrono::hours(1)), milliseconds(0))
      << "no more saved up";
}

TEST(Throttle, RemembersThoseWhoAskedLast) {
  Throttle throttle({.per_second = 1, .at_once = 1, .callers = 2});
  const Throttle::Time now;
  EXPECT_EQ(throttle.Ask("a", now), milliseconds(0));
  EXPECT_EQ(throttle.Ask("b", now), milliseconds(0));
  EXPECT_NE(throttle.Ask("a", now), milliseconds(0));
  EXPECT_EQ(throttle.Ask("c", now), milliseconds(0));
  EXPECT_NE(throttle.Ask("a", now), milliseconds(0));
  EXPECT_EQ(throttle.Ask("b", now), milliseconds(0)) << "it was forgotten";
}

}  // namespace
}  // namespace throughline::gateway
