#include "core/statistics/net_effect.h"

#include <gtest/gtest.h>

#include <vector>

namespace throughline::core {
namespace {

// The five studies of Morris (2008), as in R's metafor 3.8 (dat.morris2008).
struct Study {
  BeforeAndAfter users, others;
  double correlation, d, variance;
};
const std::vector<Study> kMorris{
    {{20, 30.6, 38.5, 15.0}, {20, 23.1, 19.7, 13.8}, 0.47, 0.768465, 0.113382},
    {{50, 23.5, 26.8, 3.1}, {42, 24.9, 25.3, 4.1}, 0.64, 0.800990, 0.035030},
    {{9, 0.5, 0.7, 0.1}, {9, 0.6, 0.6, 0.2}, 0.77, 1.204677, 0.142535},
    {{10, 53.4, 75.9, 14.5}, {11, 55.7, 60.7, 17.3}, 0.89, 1.047725, 0.068136},
    {{14, 35.6, 36.0, 4.7}, {14, 34.8, 33.4, 3.1}, 0.44, 0.438956, 0.163441},
};

TEST(NetEffect, EqualsMorris) {
  for (const Study& study : kMorris) {
    const auto net = NetEffect(study.users, study.others, study.correlation);
    ASSERT_TRUE(net);
    EXPECT_NEAR(net->d, study.d, 5e-7);
    EXPECT_NEAR(net->variance, study.variance, 5e-7);
  }
}

TEST(NetEffect, IsNothingWhereBothChangeAlike) {
  PairedMoments users, others;
  for (int i = 0; i < 12; ++i) {
    users.Add(1000 * i, 1000 * i + 700 + 100 * (i % 3));
    others.Add(1000 * i + 300, 1000 * i + 1000 + 100 * (i % 3));
  }
  const auto net = NetEffect(users, others);
  ASSERT_TRUE(net);
  EXPECT_NEAR(net->d, 0, 1e-12);
}

TEST(NetEffect, NeedsTwoOnEachSideAndSpread) {
  PairedMoments one, same, some;
  one.Add(1, 2);
  for (int i = 0; i < 5; ++i) same.Add(4, 5);
  for (int i = 0; i < 5; ++i) some.Add(i, i + 1);
  EXPECT_FALSE(NetEffect(one, some));
  EXPECT_FALSE(NetEffect(some, one));
  EXPECT_FALSE(NetEffect(same, same));
}

// What Works Clearinghouse, Procedures Handbook 4.1: an effect of 0.25 is +10.
TEST(ImprovementIndex, IsInPercentiles) {
  EXPECT_NEAR(ImprovementIndex(0.25), 9.8706, 5e-5);
  EXPECT_EQ(ImprovementIndex(0), 0);
}

}  // namespace
}  // namespace throughline::core
