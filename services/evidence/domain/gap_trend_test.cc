#include "evidence/domain/gap_trend.h"

#include <gtest/gtest.h>

namespace throughline::evidence {
namespace {

WindowGap GapIn(const std::string& cycle, const std::string& first_day, const std::string& last_day,
                double g, double variance) {
  WindowGap gap;
  gap.row.set_school("s");
  gap.row.set_team("t");
  gap.row.set_cycle(cycle);
  gap.row.set_indicator("reading");
  gap.row.set_group("income:low");
  gap.row.mutable_gap()->set_group_count(12);
  gap.row.mutable_gap()->set_complement_count(12);
  gap.row.mutable_gap()->set_current_g(g);
  gap.row.mutable_gap()->set_current_variance(variance);
  gap.row.mutable_gap()->set_as_of_ms(7);
  gap.first_day = first_day;
  gap.last_day = last_day;
  return gap;
}

WindowGap HiddenIn(const std::string& cycle, const std::string& first_day) {
  WindowGap gap = GapIn(cycle, first_day, first_day, 0, 0);
  gap.row.clear_gap();
  gap.row.set_suppressed(true);
  gap.row.set_absent(common::v1::ABSENCE_REASON_SMALL_CELL);
  return gap;
}

TEST(GapTrend, IsInTheOrderOfItsWindowsWithTheIntervalOfEach) {
  const auto trends = GapTrendsOf({GapIn("b", "2024-10-07", "2024-10-25", 0.9, 0.04),
                                   GapIn("a", "2024-09-02", "2024-09-20", 0.2, 0.04)});
  ASSERT_EQ(trends.size(), 1U);
  const v1::GapTrend& trend = trends[0];
  ASSERT_EQ(trend.points_size(), 2);
  EXPECT_EQ(trend.points(0).cycle(), "a");
  EXPECT_NEAR(trend.points(0).low(), 0.2 - 1.959964 * 0.2, 1e-9);
  EXPECT_NEAR(trend.points(0).high(), 0.2 + 1.959964 * 0.2, 1e-9);
  EXPECT_EQ(trend.points(1).group_count(), 12);
  EXPECT_EQ(trend.as_of_ms(), 7);
  EXPECT_EQ(
      trend.sentence(),
      "The group was 0.90 SD behind the others (95 %: 0.51 to 1.29 behind) in the latest of 2 "
      "windows, up to 25 October, and 0.20 SD behind them in the first: the gap grew by more "
      "than chance.");
}

TEST(GapTrend, TakesADifferenceForNoMoreThanItsIntervalsAllow) {
  const auto sentence = [](double first, double last) {
    return GapTrendsOf({GapIn("a", "2024-09-02", "2024-09-20", first, 0.09),
                        GapIn("b", "2024-10-07", "2024-10-25", last, 0.09)})[0]
        .sentence();
  };
  EXPECT_EQ(sentence(0.3, 0.5),
            "The group was 0.50 SD behind the others (95 %: 0.09 ahead to 1.09 behind) in the "
            "latest of 2 "
            "windows, up to 25 October, and 0.30 SD behind them in the first: the difference may "
            "be chance.");
  EXPECT_TRUE(sentence(1.2, 0.1).ends_with("the gap closed by more than chance."));
  EXPECT_TRUE(sentence(0.1, -0.2).starts_with("The group was 0.20 SD ahead of the others"));
  EXPECT_TRUE(sentence(0.0, 0.001).starts_with("The group was level with the others"));
}

TEST(GapTrend, SaysOfWhatMayNotBeShownThatItIsNot) {
  const auto hidden = GapTrendsOf({HiddenIn("a", "2024-09-02"), HiddenIn("b", "2024-10-07")});
  ASSERT_EQ(hidden[0].points_size(), 2);
  EXPECT_FALSE(hidden[0].points(0).has_g());
  EXPECT_FALSE(hidden[0].points(0).has_group_count());
  EXPECT_EQ(hidden[0].points(0).absent(), common::v1::ABSENCE_REASON_SMALL_CELL);
  EXPECT_EQ(hidden[0].sentence(), "In no window may the gap be shown: too few students.");
  const auto one =
      GapTrendsOf({HiddenIn("a", "2024-09-02"), GapIn("b", "2024-10-07", "2024-10-25", 0.5, 0.09)});
  EXPECT_EQ(one[0].sentence(),
            "The group was 0.50 SD behind the others (95 %: 0.09 ahead to 1.09 behind) in the one "
            "window that "
            "is shown, up to 25 October.");
}

}  // namespace
}  // namespace throughline::evidence
