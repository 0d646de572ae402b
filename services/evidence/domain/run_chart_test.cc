#include "evidence/domain/run_chart.h"

#include <gtest/gtest.h>

#include "core/date.h"
#include "evidence/domain/moments_row.h"
#include "evidence/domain/run_chart_weeks.h"
#include "evidence/domain/weeks.h"

namespace throughline::evidence {
namespace {

// A year from Monday 12 August 2024 without closures, at the end of it.
class RunChart : public testing::Test {
 protected:
  RunChart() {
    const auto first = *core::ParseDate("2024-08-12"), last = *core::ParseDate("2025-06-13");
    parts_.calendar = *core::InstructionalCalendar::Create({{first, last}}, {});
    parts_.today = last;
    parts_.year = 2024;
    parts_.desired_per_year = 0.2;
    parts_.days_per_year = 180;
    parts_.smallest = 10;
    parts_.is_of_team = true;
  }

  static int32_t First() { return WeekOf(core::ToDays(*core::ParseDate("2024-08-12"))); }
  // A week of the year, from 0, in which so many students all have the same score.
  void Put(int week, double percent, int students = 20) {
    v1::ChartWeekRow& row = parts_.weeks[First() + week];
    core::Moments scores;
    for (int i = 0; i < students; ++i) scores.Add(static_cast<int64_t>(percent * 10'000));
    Store(scores, *row.mutable_scores()->mutable_scores());
    row.set_as_of_ms(1000 + week);
  }
  void PutAll(const std::vector<double>& percents) {
    for (size_t i = 0; i < percents.size(); ++i) Put(static_cast<int>(i), percents[i]);
  }
  void Decide(const std::string& from, const std::string& reason) {
    v1::BaselineDecision& one = *parts_.baselines.add_decisions();
    one.set_from(from);
    one.set_reason(reason);
  }

  ChartParts parts_;
};

// Five above and five below 50.
const std::vector<double> kTenWeeks = {48, 52, 47, 53, 49, 51, 46, 54, 48, 52};

TEST_F(RunChart, HasAPointForEachInstructionalWeekThatHasBegun) {
  parts_.calendar = *core::InstructionalCalendar::Create(
      {{*core::ParseDate("2024-08-14"), *core::ParseDate("2024-08-23")},
       {*core::ParseDate("2024-09-02"), *core::ParseDate("2025-06-13")}},
      {});
  parts_.today = *core::ParseDate("2024-09-04");
  const auto chart = ChartOf(parts_);
  ASSERT_EQ(chart.points_size(), 3);
  EXPECT_EQ(chart.points(0).week(), "2024-08-12");
  EXPECT_EQ(chart.points(1).week(), "2024-08-19");
  EXPECT_EQ(chart.points(2).week(), "2024-09-02");
}

TEST_F(RunChart, WithholdsAPointOfFewStudentsAndSaysWhy) {
  Put(0, 50, 9);
  Put(1, 50, 24);
  const auto chart = ChartOf(parts_);
  EXPECT_FALSE(chart.points(0).has_mean());
  EXPECT_FALSE(chart.points(0).has_students_at_least());
  EXPECT_EQ(chart.points(0).absent(), common::v1::ABSENCE_REASON_SMALL_CELL);
  EXPECT_EQ(chart.points(1).mean(), 50);
  EXPECT_EQ(chart.points(1).students_at_least(), 20) << "whole smallest cells";
  EXPECT_EQ(chart.points(2).absent(), common::v1::ABSENCE_REASON_NO_RESULTS);
  EXPECT_EQ(chart.as_of_ms(), 1001);
}

TEST_F(RunChart, SaysMeansToWhatAQuarterOfACellAddsToATeam) {
  core::Moments scores;
  for (int i = 0; i < 20; ++i) scores.Add(i < 10 ? 401'234 : 640'000);
  Store(scores, *parts_.weeks[First()].mutable_scores()->mutable_scores());
  // A mean of 52.06 and a standard deviation of 12.2: a quarter of a cell of 20 adds 1.5 to it, a
  // whole one 6.1.
  EXPECT_EQ(ChartOf(parts_).points(0).mean(), 52);
  parts_.is_of_team = false;
  EXPECT_EQ(ChartOf(parts_).points(0).mean(), 50);
}

TEST_F(RunChart, SaysNothingOfFewerThanTenPoints) {
  PutAll(std::vector<double>(kTenWeeks.begin(), kTenWeeks.begin() + 9));
  const auto chart = ChartOf(parts_);
  ASSERT_EQ(chart.baselines_size(), 1);
  EXPECT_FALSE(chart.baselines(0).has_centre());
  EXPECT_EQ(chart.baselines(0).last_week(), "");
  EXPECT_FALSE(chart.has_signal());
  EXPECT_FALSE(chart.has_desired());
  EXPECT_EQ(chart.sentence(),
            "9 weeks are shown since 12 August; it takes 10 to say whether they move by more than "
            "chance.");
}

TEST_F(RunChart, HasTheMedianOfTheFirstTenPointsAsItsCentre) {
  PutAll(kTenWeeks);
  Put(10, 90);
  const auto chart = ChartOf(parts_);
  EXPECT_EQ(chart.baselines(0).centre(), 50);
  EXPECT_EQ(chart.baselines(0).first_week(), "2024-08-12");
  EXPECT_EQ(chart.baselines(0).last_week(), "2024-10-14");
  EXPECT_FALSE(chart.baselines(0).has_decision());
  ASSERT_TRUE(chart.has_signal());
  EXPECT_EQ(chart.signal().verdict(), v1::RUN_CHART_VERDICT_NO_SIGNAL);
  EXPECT_EQ(chart.signal().useful_points(), 11);
  EXPECT_EQ(chart.sentence(),
            "No more than chance: of 11 points at most 2 in a row lie on one side of the centre of "
            "50.0 % of scale, and they cross it 9 times; more than 6 in a row, or fewer than 2 "
            "crossings, would be a signal.");
}

TEST_F(RunChart, TellsAnImprovementFromAConcern) {
  PutAll(kTenWeeks);
  for (int week = 10; week < 19; ++week) Put(week, 58);
  auto chart = ChartOf(parts_);
  EXPECT_EQ(chart.signal().verdict(), v1::RUN_CHART_VERDICT_IMPROVEMENT);
  EXPECT_EQ(chart.signal().longest_run(), 10);
  EXPECT_EQ(chart.signal().longest_run_limit(), 7);
  EXPECT_EQ(
      chart.sentence(),
      "Improvement: 10 points in a row lie above the centre of 50.0 % of scale, of 19 that do "
      "not lie on it; more than 7 are seldom chance.");
  for (int week = 10; week < 19; ++week) Put(week, 42);
  chart = ChartOf(parts_);
  EXPECT_EQ(chart.signal().verdict(), v1::RUN_CHART_VERDICT_CONCERN);
  EXPECT_EQ(chart.signal().latest_long_run(), 9);
}

TEST_F(RunChart, WeeksThatAreNotShownInterruptNoRun) {
  PutAll(kTenWeeks);
  for (int week = 10; week < 30; week += 2) Put(week, 58);
  EXPECT_EQ(ChartOf(parts_).signal().longest_run(), 11);
}

TEST_F(RunChart, BeginsANewBaselineWhereItWasDecided) {
  PutAll(kTenWeeks);
  for (int week = 10; week < 22; ++week) Put(week, week % 2 == 0 ? 59 : 61);
  Decide("2024-10-23", "The new reading block stays.");  // a Wednesday of week 10
  const auto chart = ChartOf(parts_);
  ASSERT_EQ(chart.baselines_size(), 2);
  EXPECT_EQ(chart.baselines(0).centre(), 50) << "earlier points keep theirs";
  EXPECT_EQ(chart.baselines(1).first_week(), "2024-10-21");
  EXPECT_EQ(chart.baselines(1).centre(), 60);
  EXPECT_EQ(chart.baselines(1).decision().reason(), "The new reading block stays.");
  EXPECT_EQ(chart.signal().verdict(), v1::RUN_CHART_VERDICT_NO_SIGNAL);
  EXPECT_EQ(chart.signal().useful_points(), 12) << "those before it are over";
}

TEST_F(RunChart, HasNoBaselineOfAnotherYear) {
  PutAll(kTenWeeks);
  Decide("2023-10-23", "Of the year before.");
  EXPECT_EQ(ChartOf(parts_).baselines_size(), 1);
  EXPECT_FALSE(ChartOf(parts_).baselines(0).has_decision());
}

TEST_F(RunChart, DesiresAStraightLineFromTheEndOfItsBaseline) {
  PutAll(kTenWeeks);
  const auto chart = ChartOf(parts_);
  EXPECT_EQ(chart.desired().first_week(), "2024-10-14");
  EXPECT_EQ(chart.desired().start(), 50);
  EXPECT_EQ(chart.desired().per_year(), 0.2);
  EXPECT_DOUBLE_EQ(chart.desired().per_week(), 50 * 0.2 * 5 / 180);
}

}  // namespace
}  // namespace throughline::evidence
