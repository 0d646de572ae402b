#include "cycles/domain/measures.h"

#include <gtest/gtest.h>

namespace throughline::cycles {
namespace {

constexpr char kIndicator[] = "close-reading";

v1::Cycle CycleOf(const std::string& team, int matched, double baseline, double change,
                  const std::string& day, common::v1::Basis basis = common::v1::BASIS_ABSOLUTE) {
  v1::Cycle cycle;
  cycle.set_team(team);
  cycle.add_indicators()->set_indicator(kIndicator);
  auto& evidence = *cycle.add_evidence();
  evidence.set_matched(matched);
  evidence.set_baseline_mean(baseline);
  evidence.set_mean_change(change);
  evidence.set_latest_result(day);
  evidence.set_basis(basis);
  return cycle;
}

// From 40 on Monday 2026-08-31 to 60 on 2027-06-04, on weekdays: 199 days.
plans::v1::PlanInForceNoted Plan() {
  plans::v1::PlanInForceNoted plan;
  plan.set_plan("p");
  plan.set_since_day(core::ToDays(*core::ParseDate("2026-08-31")));
  auto& measure = *plan.add_measures();
  measure.set_measure("m");
  measure.set_indicator(kIndicator);
  measure.set_baseline(40);
  measure.set_target(60);
  measure.set_date("2027-06-04");
  return plan;
}

v1::MeasureStanding Standing(const plans::v1::PlanInForceNoted& plan,
                             const std::vector<v1::Cycle>& cycles,
                             const std::vector<v1::SchoolMeanNoted>& means = {}) {
  return StandingsOf(plan, cycles, means, 10, *core::InstructionalCalendar::Create({}, {})).at(0);
}

TEST(Measures, StandAtTheMeanOfTheStudentsOfAllTeams) {
  const auto standing = Standing(
      Plan(), {CycleOf("t", 10, 40, 5, "2026-10-01"), CycleOf("u", 30, 44, 5, "2026-10-09")});
  EXPECT_DOUBLE_EQ(standing.value(), (10 * 45 + 30 * 49) / 40.);
  EXPECT_EQ(standing.students(), 40);
  EXPECT_EQ(standing.teams(), 2);
  EXPECT_EQ(standing.latest_result(), "2026-10-09");
}

TEST(Measures, GoByTheLatestCycleOfATeamThatHasNumbers) {
  v1::Cycle empty;
  empty.set_team("t");
  empty.add_indicators()->set_indicator(kIndicator);
  empty.add_evidence();
  const auto standing = Standing(Plan(), {CycleOf("t", 10, 40, 0, "2026-10-01"),
                                          CycleOf("t", 12, 50, 2, "2026-11-02"), empty});
  EXPECT_DOUBLE_EQ(standing.value(), 52);
  EXPECT_EQ(standing.students(), 12);
}

TEST(Measures, AreOnPaceOnTheStraightLineOfInstructionalDaysOrAboveIt) {
  // 29 of the 199 weekdays had passed on Friday 10-09.
  const double line = 40 + 20 * 29. / 199;
  auto standing = Standing(Plan(), {CycleOf("t", 10, line, 0, "2026-10-09")});
  EXPECT_DOUBLE_EQ(standing.expected(), line);
  EXPECT_TRUE(standing.on_pace());
  standing = Standing(Plan(), {CycleOf("t", 10, line, -0.1, "2026-10-09")});
  EXPECT_FALSE(standing.on_pace());
  auto less = Plan();
  less.mutable_measures(0)->set_lower_is_better(true);
  less.mutable_measures(0)->set_target(20);
  EXPECT_FALSE(Standing(less, {CycleOf("t", 10, 40, 0, "2026-10-09")}).on_pace());
}

TEST(Measures, SayNothingOfWhatIsNotShownNorOfWhatHasAnotherBasis) {
  v1::Cycle hidden = CycleOf("t", 10, 40, 5, "2026-10-01");
  hidden.mutable_evidence(0)->clear_matched();
  for (const auto& cycle :
       {hidden, CycleOf("t", 10, 0.1, 0.2, "2026-10-01", common::v1::BASIS_RELATIVE)}) {
    const auto standing = Standing(Plan(), {cycle});
    EXPECT_FALSE(standing.has_value());
    EXPECT_FALSE(standing.has_students());
    EXPECT_FALSE(standing.has_on_pace());
    EXPECT_EQ(standing.teams(), 0);
  }
}

TEST(Measures, OfAnAssessmentStandAtTheMeanOfTheSchoolInThePlansYear) {
  auto plan = Plan();
  plan.set_year(2026);
  plan.mutable_measures(0)->clear_indicator();
  plan.mutable_measures(0)->set_assessment("interim");
  v1::SchoolMeanNoted mean;
  mean.set_assessment("interim");
  mean.set_year(2026);
  mean.set_students(90);
  mean.set_mean(45);
  mean.set_latest_result("2026-10-09");
  const auto standing = Standing(plan, {}, {mean});
  EXPECT_EQ(standing.assessment(), "interim");
  EXPECT_EQ(standing.value(), 45);
  EXPECT_EQ(standing.students(), 90);
  EXPECT_DOUBLE_EQ(standing.expected(), 40 + 20 * 29. / 199);
  EXPECT_TRUE(standing.on_pace());
  mean.set_students(9);
  EXPECT_FALSE(Standing(plan, {}, {mean}).has_value()) << "of fewer than may be shown now";
  mean.set_students(90);
  mean.set_year(2025);
  EXPECT_FALSE(Standing(plan, {}, {mean}).has_value()) << "of the school year before";
  mean.set_year(2026);
  mean.set_assessment("other");
  EXPECT_FALSE(Standing(plan, {}, {mean}).has_value());
  mean.set_assessment("interim");
  mean.clear_mean();
  mean.set_students(0);
  EXPECT_FALSE(Standing(plan, {}, {mean}).has_students());
}

TEST(Measures, WithoutATargetHaveNoLine) {
  auto plan = Plan();
  plan.mutable_measures(0)->clear_target();
  const auto standing = Standing(plan, {CycleOf("t", 10, 40, 5, "2026-10-01")});
  EXPECT_TRUE(standing.has_value());
  EXPECT_FALSE(standing.has_expected());
}

}  // namespace
}  // namespace throughline::cycles
