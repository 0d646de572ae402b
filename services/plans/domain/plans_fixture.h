// For tests: plans in a fixture. District `d` in Chicago, its school `s`, and the team `t` there;
// a plan `p` that answers every question and whose pathway is whole; a progression `one` on it.
//
// After every test, folding the recorded events again must lead to the same rows.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "decider/fixture.h"
#include "plans/domain/plans_decider.h"
#include "plans/domain/tables.h"
#include "throughline/plans/v1/plans_events.pb.h"
#include "throughline/plans/v1/plans_service.pb.h"

namespace throughline::plans {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

class PlansFixture : public testing::Test {
 protected:
  using Outcome = decider::Fixture::Outcome;

  PlansFixture() : fixture_(decider_, *core::ParseInstant("2024-08-01T12:00:00Z")) {}
  ~PlansFixture() override {
    const std::vector<decider::RowChange> rows = fixture_.Rows(), folded = fixture_.FoldedAgain();
    EXPECT_EQ(folded.size(), rows.size());
    for (size_t i = 0; i < std::min(folded.size(), rows.size()); ++i) {
      EXPECT_EQ(folded[i].row, rows[i].row);
      EXPECT_EQ(folded[i].value, rows[i].value) << rows[i].row.table << ' ' << rows[i].row.key;
    }
  }

  static v1::CreateDistrictRequest DistrictRequest() {
    v1::CreateDistrictRequest create;
    create.mutable_district()->set_district("d");
    create.mutable_district()->set_time_zone("America/Chicago");
    return create;
  }
  static v1::UpdateDistrictRequest UpdateRequest() {
    v1::UpdateDistrictRequest update;
    update.set_district("d");
    return update;
  }
  static v1::UpsertSchoolRequest SchoolRequest(const std::string& school = "s") {
    v1::UpsertSchoolRequest upsert;
    upsert.mutable_school()->set_district("d");
    upsert.mutable_school()->set_school(school);
    return upsert;
  }
  static v1::UpsertTeamsRequest TeamsRequest(const std::vector<std::string>& teams = {"t"}) {
    v1::UpsertTeamsRequest upsert;
    upsert.set_district("d");
    upsert.set_school("s");
    for (const std::string& team : teams) upsert.add_teams()->set_team(team);
    return upsert;
  }
  static v1::SitePlan WholePlan() {
    v1::SitePlan plan;
    plan.set_district("d");
    plan.set_school("s");
    plan.set_plan("p");
    plan.set_year(2024);
    v1::PlanPriority& priority = *plan.add_priorities();
    priority.set_priority("reading");
    priority.add_problems()->set_problem("feedback");
    v1::Measure& measure = *plan.add_measures();
    measure.set_measure("m");
    measure.set_baseline(40);
    measure.set_target(60);
    measure.set_date("2025-06-01");
    v1::SuccessIndicator& indicator = *plan.add_indicators();
    indicator.set_indicator("close-reading");
    indicator.set_priority("reading");
    indicator.set_observations_per_year(9);
    indicator.add_assessments("check");
    v1::PlanPractice& practice = *plan.add_practices();
    practice.set_practice("talk");
    practice.add_indicators("close-reading");
    practice.add_evidence_sources("check");
    plan.mutable_evidence_use()->set_statement("weekly");
    plan.mutable_evidence_use()->set_feedback_days(2);
    plan.mutable_evidence_use()->set_adjustment_point("Fridays");
    plan.add_timeframes()->set_cycle_weeks(3);
    v1::TheoryOfAction& theory = *plan.add_theories();
    theory.set_theory("theory");
    theory.set_if_practice("teachers let students talk");
    theory.set_then_evidence("students cite the text");
    theory.set_so_that_priority("reading");
    theory.add_problems("feedback");
    theory.set_predicted_effect(0.4);
    theory.set_horizon_days(90);
    return plan;
  }
  static v1::DraftSitePlanRequest DraftRequest(const v1::SitePlan& plan = WholePlan()) {
    v1::DraftSitePlanRequest draft;
    *draft.mutable_plan() = plan;
    return draft;
  }
  static v1::PublishSitePlanRequest PublishRequest(const std::string& plan = "p") {
    v1::PublishSitePlanRequest publish;
    publish.set_district("d");
    publish.set_school("s");
    publish.set_plan(plan);
    return publish;
  }
  static v1::CloseSitePlanRequest CloseRequest(const std::string& plan = "p") {
    v1::CloseSitePlanRequest close;
    close.set_district("d");
    close.set_school("s");
    close.set_plan(plan);
    return close;
  }
  static v1::ReopenSitePlanRequest ReopenRequest(const std::string& plan = "p") {
    v1::ReopenSitePlanRequest reopen;
    reopen.set_district("d");
    reopen.set_school("s");
    reopen.set_plan(plan);
    reopen.set_reason("it was closed by mistake");
    return reopen;
  }
  static v1::DiscardSitePlanDraftRequest DiscardRequest(const std::string& plan = "p") {
    v1::DiscardSitePlanDraftRequest discard;
    discard.set_district("d");
    discard.set_school("s");
    discard.set_plan(plan);
    return discard;
  }
  static v1::UpsertProgressionRequest ProgressionRequest() {
    v1::UpsertProgressionRequest request;
    v1::LearningProgression& progression = *request.mutable_progression();
    progression.set_district("d");
    progression.set_school("s");
    progression.set_team("t");
    progression.set_progression("one");
    progression.set_start("2024-09-09");  // a Monday
    progression.add_learning_targets("a");
    progression.add_performance_outcomes("b");
    progression.add_assessments("check");
    progression.add_indicators("close-reading");
    for (int i = 0; i < 5; ++i) {
      v1::Task& task = *progression.add_tasks();
      task.set_title("task");
      task.set_days(3);
    }
    return request;
  }

  void FoundSchool() {
    Done(DistrictRequest());
    Done(SchoolRequest());
    Done(TeamsRequest());
  }
  void FoundPlan() {
    FoundSchool();
    Done(DraftRequest());
    Done(PublishRequest());
  }
  Outcome Done(const google::protobuf::Message& command) {
    Outcome outcome = fixture_.Give(command);
    EXPECT_FALSE(outcome.refusal) << outcome.refusal->reason << ' ' << outcome.refusal->field;
    return outcome;
  }
  // "REASON field" of a refusal, which records nothing; "" when the command was not refused.
  std::string Refusal(const google::protobuf::Message& command) {
    const Outcome outcome = fixture_.Give(command);
    if (!outcome.refusal) return "";
    EXPECT_TRUE(outcome.events.empty());
    EXPECT_EQ(outcome.answer, nullptr);
    return outcome.refusal->reason + ' ' + outcome.refusal->field;
  }
  // The refusal of `request` after `change` was made to it.
  template <class Request, class Change>
  std::string RefusalOf(Request request, Change change) {
    change(request);
    return Refusal(request);
  }
  // The same command again answers the same and records nothing.
  void ExpectNothingToDecide(const google::protobuf::Message& command, const Outcome& first) {
    const Outcome again = Done(command);
    EXPECT_TRUE(again.events.empty());
    ASSERT_NE(again.answer, nullptr);
    EXPECT_EQ(again.answer->SerializeAsString(), first.answer->SerializeAsString());
  }

  PlansDecider decider_;
  decider::Fixture fixture_;
};

}  // namespace throughline::plans
