#include "core/statistics/funnel.h"

#include <gtest/gtest.h>

namespace throughline::core {
namespace {

// Known answers of the normal approximation that Spiegelhalter (2005) draws.
TEST(Funnel, HasThePublishedLimits) {
  struct {
    int64_t cases;
    double low_95, low_998;
  } const examples[] = {{5, 0.46011039, 0.26039864}, {10, 0.56154344, 0.4203259}};
  for (const auto& one : examples) {
    const auto limits = FunnelLimitsOf(0.80642448, one.cases);
    ASSERT_TRUE(limits);
    EXPECT_NEAR(limits->low_95, one.low_95, 5e-8);
    EXPECT_NEAR(limits->low_998, one.low_998, 5e-8);
  }
}

TEST(Funnel, IsCutToSharesThatThereAre) {
  const auto limits = FunnelLimitsOf(0.9, 10);
  EXPECT_EQ(limits->high_95, 1);
  EXPECT_EQ(limits->high_998, 1);
  EXPECT_EQ(FunnelLimitsOf(0.1, 10)->low_95, 0);
}

TEST(Funnel, NarrowsWithTheRootOfTheCases) {
  const auto few = FunnelLimitsOf(0.5, 100), many = FunnelLimitsOf(0.5, 400);
  EXPECT_NEAR(few->high_95 - 0.5, 2 * (many->high_95 - 0.5), 1e-12);
  EXPECT_NEAR(0.5 - few->low_998, 2 * (0.5 - many->low_998), 1e-12);
}

TEST(Funnel, OfAllOrNoneIsALine) {
  EXPECT_EQ(FunnelLimitsOf(1, 30)->low_998, 1);
  EXPECT_EQ(FunnelLimitsOf(0, 30)->high_998, 0);
}

TEST(Funnel, OfNoCasesHasNoLimits) { EXPECT_FALSE(FunnelLimitsOf(0.5, 0)); }

}  // namespace
}  // namespace throughline::core
