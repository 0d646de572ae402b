#include "core/statistics/run_chart.h"

#include <gtest/gtest.h>

namespace throughline::core {
namespace {

// Runs of these lengths, above and below a centre of 0 in turn, the first one above.
std::vector<double> Runs(const std::vector<int>& lengths) {
  std::vector<double> values;
  double side = 1;
  for (const int length : lengths) {
    values.insert(values.end(), static_cast<size_t>(length), side);
    side = -side;
  }
  return values;
}

// Anhøj (2014), as R's qicharts2 has them.
TEST(RunChart, HasTheLimitsOfAnhoej) {
  struct {
    int useful, run, crossings;
  } const examples[] = {{10, 6, 2},  {12, 7, 3},  {16, 7, 4},  {20, 7, 6},   {24, 8, 8},
                        {30, 8, 10}, {40, 8, 14}, {50, 9, 19}, {100, 10, 41}};
  for (const auto& one : examples) {
    const RunLimits limits = RunLimitsOf(one.useful);
    EXPECT_EQ(limits.longest_run, one.run) << one.useful;
    EXPECT_EQ(limits.crossings, one.crossings) << one.useful;
  }
}

// The published case: 24 useful points, a run of 13, 4 crossings.
TEST(RunChart, OfThePublishedCaseIsASignal) {
  const auto chart = RunChartOf(Runs({3, 4, 2, 2, 13}), 0);
  ASSERT_TRUE(chart);
  EXPECT_EQ(chart->useful_points, 24);
  EXPECT_EQ(chart->longest_run, 13);
  EXPECT_EQ(chart->crossings, 4);
  EXPECT_TRUE(chart->IsRunTooLong());
  EXPECT_TRUE(chart->AreCrossingsTooFew());
  EXPECT_TRUE(chart->IsSignal());
  EXPECT_TRUE(chart->is_above);
}

TEST(RunChart, IsNoSignalOfARunAsLongAndCrossingsAsFewAsTheLimits) {
  const auto chart = RunChartOf(Runs({8, 1, 1, 1, 1, 1, 4, 2, 5}), 0);
  ASSERT_TRUE(chart);
  EXPECT_EQ(chart->longest_run, 8);
  EXPECT_EQ(chart->crossings, 8);
  EXPECT_FALSE(chart->IsSignal());
}

TEST(RunChart, SkipsPointsOnTheCentre) {
  std::vector<double> values = Runs({5, 5});
  values.insert(values.begin() + 2, 3, 0.0);
  const auto chart = RunChartOf(values, 0);
  ASSERT_TRUE(chart);
  EXPECT_EQ(chart->useful_points, 10);
  EXPECT_EQ(chart->longest_run, 5);
  EXPECT_EQ(chart->crossings, 1);
}

TEST(RunChart, SaysNothingOfFewerThanTenUsefulPoints) {
  EXPECT_FALSE(RunChartOf(Runs({9}), 0));
  EXPECT_FALSE(RunChartOf(std::vector<double>(20, 0), 0));
  EXPECT_TRUE(RunChartOf(Runs({10}), 0)->IsSignal());
}

TEST(RunChart, LooksWhereTheLatestRunThatIsTooLongLies) {
  const auto both = RunChartOf(Runs({1, 12, 11}), 0);
  EXPECT_TRUE(both->is_above);
  EXPECT_EQ(both->longest_run, 12);
  EXPECT_EQ(both->latest_long_run, 11);
  EXPECT_FALSE(RunChartOf(Runs({1, 12, 3}), 0)->is_above) << "the latest run is not";
  const auto none = RunChartOf(Runs({6, 6}), 0);
  EXPECT_FALSE(none->is_above) << "too few crossings alone";
  EXPECT_EQ(none->latest_long_run, 0);
}

TEST(RunChart, HasTheMedianOfItsBaseline) {
  EXPECT_FALSE(MedianOf({}));
  EXPECT_EQ(MedianOf({3, 1, 2}), 2);
  EXPECT_EQ(MedianOf({4, 1, 3, 2}), 2.5);
}

}  // namespace
}  // namespace throughline::core
