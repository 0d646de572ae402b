#include "core/statistics/growth.h"

#include <gtest/gtest.h>

namespace throughline::core {
namespace {

TEST(Growth, EqualsThePairedTTestOfR) {
  // R 4.2: b <- c(412000,455000,500000,380000,610000,295000,705000,520000)
  //        c <- c(450000,470000,490000,430000,650000,330000,700000,560000)
  //        t.test(c/1e4, b/1e4, paired=TRUE)
  const int b[] = {412000, 455000, 500000, 380000, 610000, 295000, 705000, 520000};
  const int c[] = {450000, 470000, 490000, 430000, 650000, 330000, 700000, 560000};
  PairedMoments pairs;
  for (int i = 0; i < 8; ++i) pairs.Add(b[i], c[i]);
  auto growth = GrowthOf(pairs, 1e-4);
  ASSERT_TRUE(growth);
  EXPECT_NEAR(growth->mean_change, 2.5375, 1e-10);
  EXPECT_NEAR(*growth->low, 0.650060928033, 1e-10);
  EXPECT_NEAR(*growth->high, 4.424939071967, 1e-10);
}

TEST(Growth, OfOneStudentHasNoInterval) {
  PairedMoments pairs;
  EXPECT_FALSE(GrowthOf(pairs, 1e-4));
  pairs.Add(500'000, 600'000);
  auto growth = GrowthOf(pairs, 1e-4);
  EXPECT_DOUBLE_EQ(growth->mean_change, 10.0);
  EXPECT_FALSE(growth->low);
}

TEST(DesiredGrowth, IsAFifthOfTheBaselineAYear) {
  // Marzano 2006: 20 % a year; after 9 of 180 days a twentieth of that.
  EXPECT_DOUBLE_EQ(DesiredGrowth(60, 0.20, 180, 180), 12.0);
  EXPECT_DOUBLE_EQ(DesiredGrowth(60, 0.20, 9, 180), 0.6);
}

}  // namespace
}  // namespace throughline::core
