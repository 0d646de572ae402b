#include "platform/http/body_pace.h"

#include <gtest/gtest.h>

namespace throughline::platform::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr BodyPaceLimits kLimits{.bytes_per_second = 1000, .grace = seconds(10)};

// How many of these steps a body survives; 1000 when it survives them all.
int Survives(BodyPace pace, milliseconds step, size_t bytes) {
  for (int i = 0; i < 1000; ++i) {
    pace.Took(step, bytes);
    if (pace.too_slow()) return i;
  }
  return 1000;
}

TEST(BodyPace, BearsAPauseButNoTrickle) {
  EXPECT_EQ(Survives(BodyPace(kLimits), seconds(1), 1), 10)
      << "a byte a second: the grace, no more";
  EXPECT_EQ(Survives(BodyPace(kLimits), seconds(1), 500), 18) << "half of what is asked for";
  EXPECT_EQ(Survives(BodyPace(kLimits), seconds(1), 1000), 1000);
  EXPECT_EQ(Survives(BodyPace(kLimits), seconds(9), 9000), 1000) << "in gusts, fast on average";
  EXPECT_EQ(Survives(BodyPace(kLimits), seconds(10), 1 << 20), 0) << "nothing for too long";
}

TEST(BodyPace, SavesNothingUpForLater) {
  BodyPace pace(kLimits);
  pace.Took(milliseconds(1), 100 << 20);
  EXPECT_EQ(pace.left(), seconds(10));
  pace.Took(seconds(10), 0);
  EXPECT_TRUE(pace.too_slow());
  pace.Took(milliseconds(1), 100 << 20);
  EXPECT_TRUE(pace.too_slow()) << "what was too slow once stays so";
}

TEST(BodyPace, IsNotAskedForWhereThereIsNoFloor) {
  EXPECT_EQ(Survives(BodyPace({.bytes_per_second = 0, .grace = seconds(1)}), seconds(60), 0), 1000);
}

}  // namespace
}  // namespace throughline::platform::http
