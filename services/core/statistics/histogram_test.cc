#include "core/statistics/histogram.h"

#include <gtest/gtest.h>

#include <vector>

namespace throughline::core {
namespace {

TEST(PercentileStep, EqualsQuantileType1OfR) {
  // R 4.2: quantile(c(3,7,7,12,18,18,25,40,66,70,71,99), c(.2,.5,.05,1), type=1) is 7, 18, 3, 99
  std::vector<int64_t> counts(101, 0);
  for (int score : {3, 7, 7, 12, 18, 18, 25, 40, 66, 70, 71, 99}) ++counts[score];
  EXPECT_EQ(PercentileStep(counts, 0.2), 7);
  EXPECT_EQ(PercentileStep(counts, 0.5), 18);
  EXPECT_EQ(PercentileStep(counts, 0.05), 3);
  EXPECT_EQ(PercentileStep(counts, 1), 99);
}

TEST(PercentileStep, AFifthOfTenIsTwo) {
  const std::vector<int64_t> counts(10, 1);
  EXPECT_EQ(PercentileStep(counts, 0.2), 1);
}

TEST(PercentileStep, OfNothingIsNothing) {
  EXPECT_FALSE(PercentileStep(std::vector<int64_t>(10, 0), 0.2));
}

}  // namespace
}  // namespace throughline::core
