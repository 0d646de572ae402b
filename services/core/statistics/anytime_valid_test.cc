#include "core/statistics/anytime_valid.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace throughline::core {
namespace {

// Known answers: log E by savvi 0.3.1 of PyPI (linear_regression.log_bf with phi = 4), coefficients
// of the examples by numpy's least squares with a dummy for each team.
constexpr double kDigits = 5e-7;

Sums SumsOf(const std::vector<double>& values) {
  Sums sums;
  for (double value : values) {
    sums.n += 1;
    sums.sum += value;
    sums.squares += value * value;
  }
  return sums;
}

// Team A: the first 12 are of the group.
const std::vector<double> kGroupOfA{-11.2, -15.9, -6.2, -0.2, 6.2,  -3.0,
                                    -9.0,  -11.1, 2.7,  10.7, -1.5, -15.1};
const std::vector<double> kRestOfA{-6.6, 16.4, 3.8,  -13.6, 1.2, -8.5,  -3.7, -2.4, -4.4,
                                   7.0,  1.4,  -3.3, 5.7,   9.5, -12.8, -0.3, -6.8, 0.4};

struct Team {
  Sums all, part;
};
Team TeamA() {
  const Sums group = SumsOf(kGroupOfA), rest = SumsOf(kRestOfA);
  return {{group.n + rest.n, group.sum + rest.sum, group.squares + rest.squares}, group};
}
// Squares of the group are part of no formula within teams: only those of the whole are.
Team TeamB() { return {{35, -16.3, 3519.93}, {10, -87.4, 0}}; }
Team TeamC() { return {{34, -174.5, 2871.25}, {20, -162.4, 0}}; }

std::optional<Coefficient> DifferenceIn(const std::vector<Team>& teams) {
  SumsWithin sums;
  for (const Team& team : teams) sums += WithinTeam(team.all, team.part);
  return CommonDifference(sums);
}

TEST(LogEvidence, EqualsSavvi) {
  EXPECT_NEAR(LogEvidence(-2.5, 29, 30), 1.481929, kDigits);
  EXPECT_NEAR(LogEvidence(-3.2, 29, 30), 2.855450, kDigits);
  EXPECT_NEAR(LogEvidence(-2.0, 58, 12.6), 0.769633, kDigits);
  EXPECT_NEAR(LogEvidence(-4.1, 58, 12.6), 4.804986, kDigits);
}

TEST(AnytimeHalfWidth, EqualsSavvi) {
  const Coefficient of{0, std::sqrt(30.0), 30, 29};  // a standard error of 1
  EXPECT_NEAR(*AnytimeHalfWidth(of, 0.05), 3.267408, kDigits);
  EXPECT_NEAR(*AnytimeHalfWidth(of, 0.10), 2.928263, kDigits);
}

TEST(AnytimeHalfWidth, IsUnboundedForTooFew) {
  EXPECT_EQ(AnytimeHalfWidth({0, 1, 2, 1}, 0.05), std::nullopt);
}

// What lies outside of the interval at alpha is what E at the two-sided threshold 1/alpha rejects.
TEST(AnytimeHalfWidth, EndsWhereEvidenceReachesItsThreshold) {
  const Coefficient of{0, 2, 17, 16};
  const double half = *AnytimeHalfWidth(of, 0.05);
  EXPECT_NEAR(LogEvidence(half / of.StandardError(), 16, 17), std::log(1 / 0.05), 1e-9);
}

TEST(MeanOf, FindsATeamOffTrack) {
  const std::vector<int> before{40, 55, 62, 48, 70, 66, 52, 58, 45, 75, 60, 50};
  const std::vector<int> now{38, 50, 63, 41, 66, 64, 47, 59, 38, 70, 58, 43};
  std::vector<double> behind;
  for (size_t i = 0; i < now.size(); ++i) behind.push_back(now[i] - before[i] - 0.9);
  const auto mean = MeanOf(SumsOf(behind));
  ASSERT_TRUE(mean);
  EXPECT_NEAR(mean->T(), -5.510138, kDigits);
  EXPECT_EQ(mean->degrees_of_freedom, 11);
  EXPECT_EQ(mean->information, 12);
  EXPECT_NEAR(LogEvidence(*mean), 4.105100, kDigits);
  EXPECT_EQ(FindBelowZero(*mean, 1, 0.05), Finding::kFound);
  EXPECT_EQ(FindBelowZero(*mean, 7, 0.05), Finding::kOpen) << "of seven indicators";
}

TEST(MeanOf, SaysNothingOfOneOrOfZeros) {
  EXPECT_FALSE(MeanOf(SumsOf({4})));
  EXPECT_FALSE(MeanOf(SumsOf({0, 0, 0})));
}

TEST(MeanOf, IsTheLimitWithoutSpread) {
  for (const double each : {-4.0, -0.1, -123456.789}) {
    const auto equal = MeanOf(SumsOf(std::vector<double>(16, each)));
    ASSERT_TRUE(equal) << each;
    EXPECT_EQ(equal->residual_sd, 0) << each;
    EXPECT_NEAR(LogEvidence(*equal), -7.5 * std::log(4.0 / 20), 1e-9) << each;
    EXPECT_EQ(FindBelowZero(*equal, 1, 0.05), Finding::kFound) << each;
    std::vector<double> nearly(16, each);
    nearly[3] *= 1 + 1e-5;
    EXPECT_NEAR(LogEvidence(*MeanOf(SumsOf(nearly))), LogEvidence(*equal), 1e-6) << each;
  }
  EXPECT_EQ(FindBelowZero(*MeanOf(SumsOf({4, 4, 4})), 1, 0.05), Finding::kCleared) << "ahead";
  EXPECT_EQ(AnytimeHalfWidth(*MeanOf(SumsOf(std::vector<double>(16, 4))), 0.05), 0);
}

TEST(DifferenceWithin, IsTheLimitWithoutSpread) {
  const Sums group = SumsOf(std::vector<double>(12, -7)), rest = SumsOf(std::vector<double>(10, 3));
  const auto gap =
      DifferenceWithin({22, group.sum + rest.sum, group.squares + rest.squares}, {12, -84, 0});
  ASSERT_TRUE(gap);
  EXPECT_EQ(gap->estimate, -10);
  EXPECT_NEAR(LogEvidence(*gap), -10 * std::log(4 / (4 + 120 / 22.0)), 1e-9);
  const Sums all = SumsOf(std::vector<double>(22, -7));
  EXPECT_FALSE(DifferenceWithin(all, group)) << "neither spread nor difference";
}

TEST(ChangesOf, AreThoseOfThePairs) {
  PairedMoments pairs;
  for (const auto& [before, now] : {std::pair{500'000, 480'000}, {610'000, 655'500}}) {
    pairs.Add(before, now);
  }
  const Sums changes = ChangesOf(pairs);
  EXPECT_EQ(changes.n, 2);
  EXPECT_DOUBLE_EQ(changes.sum, 25'500);
  EXPECT_DOUBLE_EQ(changes.squares, 20'000.0 * 20'000 + 45'500.0 * 45'500);
}

TEST(DifferenceWithin, EqualsLeastSquaresOfOneTeam) {
  const auto gap = DifferenceWithin(TeamA().all, TeamA().part);
  ASSERT_TRUE(gap);
  EXPECT_NEAR(gap->T(), -1.183939, kDigits);
  EXPECT_EQ(gap->degrees_of_freedom, 28);
  EXPECT_NEAR(gap->information, 7.2, kDigits);
  EXPECT_NEAR(LogEvidence(*gap), -0.063463, kDigits);
  EXPECT_EQ(FindBelowZero(*gap, 1, 0.05), Finding::kCleared);
}

TEST(CommonDifference, EqualsLeastSquaresOfEachAlone) {
  EXPECT_NEAR(DifferenceIn({TeamA()})->T(), -1.183939, kDigits);
  const auto of_b = DifferenceIn({TeamB()});
  EXPECT_NEAR(of_b->estimate, -11.584, kDigits);
  EXPECT_NEAR(of_b->T(), -3.519283, kDigits);
  EXPECT_NEAR(of_b->information, 7.142857, kDigits);
  EXPECT_EQ(of_b->degrees_of_freedom, 33);
  EXPECT_NEAR(LogEvidence(*of_b), 2.756659, kDigits);
  const auto of_c = DifferenceIn({TeamC()});
  EXPECT_NEAR(of_c->estimate, -7.255714, kDigits);
  EXPECT_NEAR(of_c->T(), -2.999424, kDigits);
  EXPECT_NEAR(of_c->information, 8.235294, kDigits);
  EXPECT_NEAR(LogEvidence(*of_c), 2.078044, kDigits);
}

TEST(CommonDifference, EqualsLeastSquaresOfASchool) {
  const auto gap = DifferenceIn({TeamA(), TeamB(), TeamC()});
  ASSERT_TRUE(gap);
  EXPECT_NEAR(gap->estimate, -7.434435, kDigits);
  EXPECT_NEAR(gap->residual_sd * gap->residual_sd * gap->degrees_of_freedom, 6113.694911, kDigits);
  EXPECT_NEAR(gap->T(), -4.403541, kDigits);
  EXPECT_EQ(gap->degrees_of_freedom, 95);
  EXPECT_NEAR(gap->information, 22.578151, kDigits);
  EXPECT_NEAR(LogEvidence(*gap), 6.516615, kDigits);
  EXPECT_EQ(FindBelowZero(*gap, 4, 0.05), Finding::kFound);
}

TEST(CommonDifference, SaysNothingWhereNobodyIsCompared) {
  EXPECT_FALSE(DifferenceIn({{{12, -3, 40}, {12, -3, 0}}, {{9, 2, 30}, {0, 0, 0}}}));
}

TEST(CommonDifference, IsTheLimitWithoutSpread) {
  const Team falls{{20, -100, 1000}, {10, -100, 0}}, same{{20, -80, 320}, {10, -40, 0}};
  const auto gap = DifferenceIn({falls, falls});
  ASSERT_TRUE(gap);
  EXPECT_EQ(gap->residual_sd, 0);
  EXPECT_FALSE(DifferenceIn({same, same})) << "neither spread nor difference";
}

TEST(FindBelowZero, IsClearedByTheOtherSignHoweverSure) {
  EXPECT_EQ(FindBelowZero({8, 4, 30, 29}, 1, 0.05), Finding::kCleared);
  EXPECT_EQ(FindBelowZero({-8, 4, 30, 29}, 1, 0.05), Finding::kFound);
}

}  // namespace
}  // namespace throughline::core
