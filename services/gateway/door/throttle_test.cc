#include "gateway/door/throttle.h"

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

TEST(Throttle, ForgetsOnlyThoseWhoseBucketIsFullAgain) {
  Throttle throttle({.per_second = 1, .at_once = 2, .callers = 2});
  const Throttle::Time start;
  for (int i = 0; i < 2; ++i) EXPECT_EQ(throttle.Ask("flooder", start), milliseconds(0));
  EXPECT_EQ(throttle.Ask("other", start), milliseconds(0));
  EXPECT_NE(throttle.Ask("flooder", start), milliseconds(0));
  // A thousand other names make nobody forgotten: they share in what one may ask.
  int let_in = 0;
  for (int i = 0; i < 1000; ++i) {
    let_in += throttle.Ask("name " + std::to_string(i), start).count() == 0 ? 1 : 0;
  }
  EXPECT_EQ(let_in, 2);
  EXPECT_NE(throttle.Ask("flooder", start), milliseconds(0)) << "it was forgotten";
  EXPECT_EQ(throttle.Ask("other", start), milliseconds(0));
  // `other` asked for both of its own: it is full again as soon as the flooder, after two seconds.
  const auto later = start + std::chrono::seconds(2);
  EXPECT_EQ(throttle.Ask("newcomer", later), milliseconds(0));
  EXPECT_EQ(throttle.Ask("newcomer", later), milliseconds(0));
  EXPECT_NE(throttle.Ask("newcomer", later), milliseconds(0)) << "it has a bucket of its own now";
}

TEST(Throttle, SaysWithoutAskingWhatItWouldSay) {
  Throttle throttle({.per_second = 1, .at_once = 1, .callers = 1});
  const Throttle::Time now;
  EXPECT_EQ(throttle.Look("a", now), milliseconds(0));
  EXPECT_EQ(throttle.Look("a", now), milliseconds(0));
  EXPECT_EQ(throttle.Ask("a", now), milliseconds(0));
  EXPECT_EQ(throttle.Look("a", now), milliseconds(1000));
  EXPECT_EQ(throttle.Look("b", now), milliseconds(0));
  EXPECT_EQ(throttle.Ask("b", now), milliseconds(0));
  EXPECT_NE(throttle.Ask("b", now), milliseconds(0));
  EXPECT_EQ(throttle.Look("b", now), milliseconds(0)) << "there is no room to remember it";
}

}  // namespace
}  // namespace throughline::gateway
