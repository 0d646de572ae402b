// Plans as scripts in time: what is refused, what is checked, what is recorded.
#include <gtest/gtest.h>

#include "decider/bench.h"
#include "plans/domain/plans_decider.h"
#include "throughline/plans/v1/plans_events.pb.h"
#include "throughline/plans/v1/plans_service.pb.h"

namespace throughline::plans {
namespace {

class Plans : public testing::Test {
 protected:
  Plans() : bench_(decider_, *core::ParseInstant("2024-08-01T12:00:00Z")) {}
  ~Plans() override {
    // Apply alone leads to the same rows.
    std::vector<decider::RowChange> folded = bench_.FoldedAgain(), rows = bench_.Rows();
    EXPECT_EQ(folded.size(), rows.size());
    for (size_t i = 0; i < std::min(folded.size(), rows.size()); ++i) {
      EXPECT_EQ(folded[i].row, rows[i].row);
      EXPECT_EQ(folded[i].value, rows[i].value);
    }
  }

  static v1::CreateDistrictRequest District() {
    v1::CreateDistrictRequest create;
    create.mutable_district()->set_district("d");
    create.mutable_district()->set_time_zone("America/Chicago");
    return create;
  }
  void Found() {
    ASSERT_FALSE(bench_.Give(District()).refusal);
    v1::UpsertSchoolRequest school;
    school.mutable_school()->set_district("d");
    school.mutable_school()->set_school("s");
    ASSERT_FALSE(bench_.Give(school).refusal);
    v1::UpsertTeamsRequest teams;
    teams.set_district("d");
    teams.set_school("s");
    teams.add_teams()->set_team("t");
    ASSERT_FALSE(bench_.Give(teams).refusal);
  }
  static v1::DraftSitePlanRequest Draft() {
    v1::DraftSitePlanRequest draft;
    v1::SitePlan& plan = *draft.mutable_plan();
    plan.set_district("d");
    plan.set_school("s");
    plan.set_plan("p");
    plan.set_year(2024);
    auto& priority = *plan.add_priorities();
    priority.set_priority("reading");
    priority.add_problems()->set_problem("feedback");
    auto& measure = *plan.add_measures();
    measure.set_measure("m");
    measure.set_baseline(40);
    measure.set_target(60);
    measure.set_date("2025-06-01");
    auto& indicator = *plan.add_indicators();
    indicator.set_indicator("close-reading");
    indicator.set_priority("reading");
    indicator.set_observations_per_year(9);
    indicator.add_assessments("check");
    auto& practice = *plan.add_practices();
    practice.set_practice("talk");
    practice.add_indicators("close-reading");
    plan.mutable_evidence_use()->set_statement("weekly");
    plan.mutable_evidence_use()->set_feedback_days(2);
    plan.mutable_evidence_use()->set_adjustment_point("Fridays");
    plan.add_timeframes()->set_cycle_weeks(3);
    return draft;
  }
  std::string Refusal(const google::protobuf::Message& command) {
    auto outcome = bench_.Give(command);
    return outcome.refusal ? outcome.refusal->reason + " " + outcome.refusal->field : "";
  }
  // How question `number` fares for this draft: "2 NO_TARGET measures[0].target".
  std::string Check(const v1::DraftSitePlanRequest& draft, int number) {
    auto outcome = bench_.Give(draft);
    const auto& check = outcome.AnswerAs<v1::DraftSitePlanResponse>().checks(number - 1);
    std::string text = std::to_string(check.completeness());
    for (const auto& finding : check.findings())
      text += " " + finding.reason() + " " + finding.field();
    return text;
  }

  PlansDecider decider_;
  decider::Bench bench_;
};

TEST_F(Plans, ADistrictHasAWholePolicyAndIsAdopted) {
  auto outcome = bench_.Give(District());
  const auto& district = outcome.AnswerAs<v1::CreateDistrictResponse>().district();
  EXPECT_EQ(district.policy().cycle_days(), 15);
  EXPECT_DOUBLE_EQ(district.policy().desired_growth_per_year(), 0.20);
  EXPECT_EQ(outcome.All<v1::DistrictAdopted>().size(), 1u);
  EXPECT_TRUE(bench_.Give(District()).events.empty()) << "the same again changes nothing";
  auto other = District();
  other.mutable_district()->set_name("Another");
  EXPECT_EQ(Refusal(other), "DISTRICT_EXISTS district.district");
}

TEST_F(Plans, ADistrictThatMakesNoSenseIsRefusedByField) {
  auto create = District();
  create.mutable_district()->set_time_zone("Chicago");
  EXPECT_EQ(Refusal(create), "TIME_ZONE_UNKNOWN district.time_zone");
  create = District();
  create.mutable_district()->mutable_policy()->set_analyze_days(3);
  EXPECT_EQ(Refusal(create), "PHASES_DO_NOT_ADD_UP policy.cycle_days");
  create = District();
  create.mutable_district()->mutable_policy()->set_smallest_cell(4);
  EXPECT_EQ(Refusal(create), "POLICY_OUT_OF_RANGE policy.smallest_cell");
  create = District();
  create.mutable_district()->mutable_calendar()->add_closures("2024-02-30");
  EXPECT_EQ(Refusal(create), "DATE_INVALID calendar.closures[0]");
}

TEST_F(Plans, AnUpdateNeedsTheVersionThatIsCurrent) {
  bench_.Give(District());
  v1::UpdateDistrictRequest update;
  update.set_district("d");
  update.set_expected_version(2);
  update.mutable_policy()->set_gap_widening(0.2);
  EXPECT_EQ(Refusal(update), "VERSION_STALE expected_version");
  update.set_expected_version(1);
  auto outcome = bench_.Give(update);
  ASSERT_TRUE(outcome.First<v1::DistrictChanged>());
  EXPECT_EQ(outcome.First<v1::DistrictChanged>()->changed(0), "policy");
  EXPECT_EQ(outcome.AnswerAs<v1::UpdateDistrictResponse>().district().policy().cycle_days(), 15);
}

TEST_F(Plans, SchoolsAndTeamsAreRecordedOnce) {
  Found();
  v1::UpsertTeamsRequest teams;
  teams.set_district("d");
  teams.set_school("s");
  teams.add_teams()->set_team("t");
  EXPECT_TRUE(bench_.Give(teams).events.empty());
  teams.mutable_teams(0)->set_active(true);
  EXPECT_EQ(bench_.Give(teams).events.size(), 1u);
  teams.set_school("elsewhere");
  EXPECT_EQ(Refusal(teams), "SCHOOL_UNKNOWN school");
}

TEST_F(Plans, EachQuestionIsAnsweredVagueOrUnanswered) {
  Found();
  for (int question = 1; question <= 6; ++question) EXPECT_EQ(Check(Draft(), question), "1");
  auto draft = Draft();
  draft.mutable_plan()->mutable_priorities(0)->clear_problems();
  EXPECT_EQ(Check(draft, 1), "2 NO_PROBLEM_OF_PRACTICE priorities[0].problems");
  draft = Draft();
  draft.mutable_plan()->mutable_measures(0)->clear_target();
  EXPECT_EQ(Check(draft, 2), "2 NO_TARGET measures[0].target");
  draft = Draft();
  draft.mutable_plan()->mutable_indicators(0)->set_observations_per_year(8);
  EXPECT_EQ(Check(draft, 3), "2 OBSERVED_TOO_SELDOM indicators[0].observations_per_year");
  draft = Draft();
  draft.mutable_plan()->mutable_practices(0)->clear_indicators();
  EXPECT_EQ(Check(draft, 4), "2 SERVES_NO_INDICATOR practices[0].indicators");
  draft = Draft();
  draft.mutable_plan()->mutable_evidence_use()->clear_feedback_days();
  EXPECT_EQ(Check(draft, 5), "2 NO_FEEDBACK_TIME evidence_use.feedback_days");
  draft = Draft();
  draft.mutable_plan()->mutable_timeframes(0)->set_cycle_weeks(10);
  EXPECT_EQ(Check(draft, 6), "2 NO_SHORT_CYCLE timeframes[0].cycle_weeks");
  draft = Draft();
  draft.mutable_plan()->clear_timeframes();
  EXPECT_EQ(Check(draft, 6), "3 UNANSWERED timeframes");
}

TEST_F(Plans, APlanIsPublishedRevisedAndClosed) {
  Found();
  v1::PublishSitePlanRequest publish;
  publish.set_district("d");
  publish.set_school("s");
  publish.set_plan("p");
  EXPECT_EQ(Refusal(publish), "PLAN_UNKNOWN plan");
  auto draft = Draft();
  draft.mutable_plan()->clear_measures();
  bench_.Give(draft);
  EXPECT_EQ(Refusal(publish), "QUESTIONS_UNANSWERED measures");
  bench_.Give(Draft());
  EXPECT_EQ(bench_.Give(publish).AnswerAs<v1::PublishSitePlanResponse>().plan().revision(), 1);
  EXPECT_EQ(Refusal(publish), "NO_DRAFT plan");
  bench_.Give(Draft());
  EXPECT_EQ(bench_.Give(publish).AnswerAs<v1::PublishSitePlanResponse>().plan().revision(), 2);
  v1::CloseSitePlanRequest close;
  close.set_district("d");
  close.set_school("s");
  close.set_plan("p");
  EXPECT_FALSE(bench_.Give(close).refusal);
  EXPECT_EQ(Refusal(Draft()), "PLAN_CLOSED plan");
}

TEST_F(Plans, ABrokenPathwayNamesEveryLink) {
  Found();
  auto draft = Draft();
  draft.mutable_plan()->mutable_indicators(0)->set_priority("nothing");
  draft.mutable_plan()->mutable_practices(0)->add_indicators("unknown");
  auto outcome = bench_.Give(draft);
  const auto& pathway = outcome.AnswerAs<v1::DraftSitePlanResponse>().pathway();
  EXPECT_FALSE(pathway.valid());
  ASSERT_EQ(pathway.broken_links_size(), 2);
  EXPECT_EQ(pathway.broken_links(0).reason(), "REACHES_NO_PRIORITY");
  EXPECT_EQ(pathway.broken_links(1).field(), "practices[0].indicators[1]");
  draft = Draft();
  draft.mutable_plan()->mutable_practices(0)->add_evidence_sources("close-reading");
  auto circular = bench_.Give(draft);
  EXPECT_EQ(circular.AnswerAs<v1::DraftSitePlanResponse>().pathway().broken_links(0).reason(),
            "CIRCULAR");
}

TEST_F(Plans, AProgressionFitsItsWindow) {
  Found();
  bench_.Give(Draft());
  v1::PublishSitePlanRequest publish;
  publish.set_district("d");
  publish.set_school("s");
  publish.set_plan("p");
  bench_.Give(publish);
  v1::UpsertProgressionRequest request;
  v1::LearningProgression& progression = *request.mutable_progression();
  progression.set_district("d");
  progression.set_school("s");
  progression.set_team("t");
  progression.set_progression("one");
  progression.set_start("2024-09-07");  // a Saturday
  progression.add_learning_targets("a");
  progression.add_performance_outcomes("b");
  progression.add_assessments("check");
  progression.add_indicators("close-reading");
  EXPECT_EQ(Refusal(request), "NOT_INSTRUCTIONAL progression.start");
  progression.set_start("2024-09-09");
  for (int i = 0; i < 6; ++i) {
    progression.add_tasks()->set_title("task");
    progression.mutable_tasks(i)->set_days(3);
  }
  EXPECT_EQ(Refusal(request), "TASKS_DO_NOT_FIT progression.tasks");  // 18 of 15 days
  progression.mutable_tasks()->RemoveLast();
  EXPECT_FALSE(bench_.Give(request).refusal);
  progression.set_indicators(0, "unheard-of");
  EXPECT_EQ(Refusal(request), "INDICATOR_NOT_IN_PLAN progression.indicators[0]");
}

}  // namespace
}  // namespace throughline::plans
