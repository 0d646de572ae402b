#include "disclosure/rounding.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/statistics/moments.h"

namespace throughline::disclosure {
namespace {

TEST(Rounding, ManyStudentsAreSaidMoreExactlyThanFew) {
  EXPECT_EQ(Rounded(437.0686, 32, 5789, 10), 437.05);
  EXPECT_EQ(Rounded(729.11374, 729.11374, 5789, 10), 729);
  EXPECT_EQ(Rounded(437.0686, 32, 24, 10), 440);
}

TEST(Rounding, OneInAThousandIsKeptOfFiveThousandStudents) {
  for (double variance : {729.11374, 113.44386, 170.10214, 1610.8355, 0.00123}) {
    EXPECT_LE(std::abs(Rounded(variance, variance, 5000, 10) / variance - 1), 0.001);
  }
}

// Somebody who knows all scores but one, exactly, and tries what the last one may be.
TEST(Rounding, AGapOfASchoolIsSaidToWhatAFewStudentsAdd) {
  common::v1::GapEvidence gap;
  gap.set_group_count(117);
  gap.set_complement_count(198);
  gap.set_difference(-4.137);
  gap.set_difference_low(-6.91);
  gap.set_difference_high(-1.364);
  gap.set_difference_sd(-0.3127);
  RoundPooled(gap, 9, 10);  // to 9 * 2.5 / 117, and 2.5 / 117
  EXPECT_EQ(gap.group_count(), 110);
  EXPECT_EQ(gap.complement_count(), 190);
  EXPECT_DOUBLE_EQ(gap.difference(), -4.1);
  EXPECT_DOUBLE_EQ(gap.difference_low(), -6.9);
  EXPECT_DOUBLE_EQ(gap.difference_high(), -1.3);
  EXPECT_DOUBLE_EQ(gap.difference_sd(), -0.32);

  gap.clear_difference_low();
  gap.clear_difference_high();
  gap.set_difference(-4.137);
  RoundPooled(gap, 9, 10);
  EXPECT_DOUBLE_EQ(gap.difference(), -4.2) << "of 110";
  EXPECT_FALSE(gap.has_difference_low()) << "unbounded";
}

TEST(Rounding, WhoKnowsAllScoresButOneIsNotToldTheLast) {
  for (const int students : {12, 30, 200, 5000}) {
    core::Moments others;
    for (int i = 1; i < students; ++i) others.Add(300 + i * 7919 % 400);
    const auto said = [&](int64_t last) {
      core::Moments all = others;
      all.Add(last);
      const double variance = *all.Variance();
      return std::pair(Rounded(all.Mean(), std::sqrt(variance), students, 10),
                       Rounded(variance, variance, students, 10));
    };
    const auto truth = said(450);
    int possible = 0;
    for (int64_t last = 300; last < 700; ++last) possible += said(last) == truth ? 1 : 0;
    EXPECT_GE(possible, 100) << students << " students: of 400 scores";
  }
}

}  // namespace
}  // namespace throughline::disclosure
