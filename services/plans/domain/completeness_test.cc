#include "plans/domain/completeness.h"

#include "plans/domain/plans_fixture.h"

namespace throughline::plans {
namespace {

// The table of domain rules: one row for each way in which a question is vague or unanswered.
class Completeness : public PlansFixture {
 protected:
  // "finding REASON field …" of a question of the whole plan after a change.
  template <class Change>
  std::string Check(int question, Change change) {
    v1::SitePlan plan = WholePlan();
    change(plan);
    const std::vector<v1::QuestionCheck> checks = CheckQuestions(plan);
    EXPECT_EQ(checks.size(), 6u);
    const v1::QuestionCheck& check = checks.at(question - 1);
    EXPECT_EQ(check.question(), question);
    std::string text = v1::Completeness_Name(check.completeness()).substr(13);
    for (const v1::Finding& finding : check.findings()) {
      EXPECT_FALSE(finding.message().empty());
      text += ' ' + finding.reason() + ' ' + finding.field();
    }
    return text;
  }
};

TEST_F(Completeness, AWholePlanAnswersEveryQuestion) {
  for (int question = 1; question <= 6; ++question) {
    EXPECT_EQ(Check(question, [](auto&) {}), "ANSWERED") << question;
  }
}

TEST_F(Completeness, AnEmptyPlanAnswersNone) {
  const char* fields[] = {
      "priorities", "measures", "indicators", "practices", "evidence_use.statement", "timeframes"};
  for (int question = 1; question <= 6; ++question) {
    EXPECT_EQ(Check(question, [](auto& plan) { plan.Clear(); }),
              std::string("UNANSWERED UNANSWERED ") + fields[question - 1]);
  }
}

TEST_F(Completeness, APriorityNeedsAProblemOfPractice) {
  EXPECT_EQ(Check(1, [](auto& plan) { plan.add_priorities(); }),
            "VAGUE NO_PROBLEM_OF_PRACTICE priorities[1].problems");
}

TEST_F(Completeness, AMeasureHasToLeadToWhereItIsBetter) {
  const auto measure = [this](auto change) {
    return Check(2, [&](v1::SitePlan& plan) { change(*plan.mutable_measures(0)); });
  };
  EXPECT_EQ(measure([](v1::Measure& m) { m.set_target(30); }),
            "VAGUE TARGET_NO_BETTER measures[0].target");
  EXPECT_EQ(measure([](v1::Measure& m) { m.set_target(40); }),
            "VAGUE TARGET_NO_BETTER measures[0].target");
  EXPECT_EQ(measure([](v1::Measure& m) {
              m.set_target(30);
              m.set_lower_is_better(true);
            }),
            "ANSWERED");
  EXPECT_EQ(measure([](v1::Measure& m) { m.set_lower_is_better(true); }),
            "VAGUE TARGET_NO_BETTER measures[0].target");
  EXPECT_EQ(measure([](v1::Measure& m) { m.set_date("2024-06-30"); }),
            "VAGUE DATE_PAST measures[0].date")
      << "The plan is for 2024-25.";
  EXPECT_EQ(measure([](v1::Measure& m) { m.set_date("2024-07-01"); }), "ANSWERED");
}

TEST_F(Completeness, AMeasureOfAPlanThatIsBeingWrittenLiesAhead) {
  FoundSchool();
  v1::SitePlan plan = WholePlan();
  plan.mutable_measures(0)->set_date("2024-07-31");  // yesterday
  const Outcome drafted = Done(DraftRequest(plan));
  const auto& checks = drafted.AnswerAs<v1::DraftSitePlanResponse>().checks();
  ASSERT_EQ(checks[1].findings_size(), 1);
  EXPECT_EQ(checks[1].findings(0).reason(), "DATE_PAST");
}

TEST_F(Completeness, AMeasureNeedsBaselineTargetAndDate) {
  EXPECT_EQ(Check(2, [](auto& plan) { plan.mutable_measures(0)->clear_baseline(); }),
            "VAGUE NO_BASELINE measures[0].baseline");
  EXPECT_EQ(Check(2, [](auto& plan) { plan.mutable_measures(0)->clear_target(); }),
            "VAGUE NO_TARGET measures[0].target");
  EXPECT_EQ(Check(2, [](auto& plan) { plan.mutable_measures(0)->clear_date(); }),
            "VAGUE NO_DATE measures[0].date");
  EXPECT_EQ(Check(2, [](auto& plan) { plan.mutable_measures(0)->set_date("next June"); }),
            "VAGUE NO_DATE measures[0].date");
  EXPECT_EQ(Check(2, [](auto& plan) { plan.mutable_measures(0)->set_baseline(0); }), "ANSWERED")
      << "zero is a baseline";
  EXPECT_EQ(Check(2, [](auto& plan) { plan.add_measures(); }),
            "VAGUE NO_BASELINE measures[1].baseline NO_TARGET measures[1].target "
            "NO_DATE measures[1].date");
}

TEST_F(Completeness, AnIndicatorIsObservedMonthly) {
  EXPECT_EQ(Check(3, [](auto& plan) { plan.mutable_indicators(0)->set_observations_per_year(8); }),
            "VAGUE OBSERVED_TOO_SELDOM indicators[0].observations_per_year");
  EXPECT_EQ(Check(3, [](auto& plan) { plan.mutable_indicators(0)->clear_assessments(); }),
            "VAGUE NOT_OBSERVABLE indicators[0].assessments");
}

TEST_F(Completeness, APracticeServesAnIndicator) {
  EXPECT_EQ(Check(4, [](auto& plan) { plan.mutable_practices(0)->clear_indicators(); }),
            "VAGUE SERVES_NO_INDICATOR practices[0].indicators");
  EXPECT_EQ(
      Check(4, [](auto& plan) { plan.mutable_practices(0)->set_indicators(0, "unheard-of"); }),
      "VAGUE SERVES_NO_INDICATOR practices[0].indicators")
      << "none that the plan has";
}

TEST_F(Completeness, EvidenceUseHasATurnAroundAndAPointOfAdjustment) {
  EXPECT_EQ(Check(5, [](auto& plan) { plan.mutable_evidence_use()->set_feedback_days(0); }),
            "VAGUE NO_FEEDBACK_TIME evidence_use.feedback_days");
  EXPECT_EQ(Check(5, [](auto& plan) { plan.mutable_evidence_use()->clear_adjustment_point(); }),
            "VAGUE NO_ADJUSTMENT_POINT evidence_use.adjustment_point");
  EXPECT_EQ(Check(5, [](auto& plan) { plan.mutable_evidence_use()->clear_statement(); }),
            "UNANSWERED UNANSWERED evidence_use.statement");
}

TEST_F(Completeness, ATimeframeRecursWithinNineWeeks) {
  const auto check = [this](int weeks) {
    return Check(6, [weeks](auto& plan) { plan.mutable_timeframes(0)->set_cycle_weeks(weeks); });
  };
  EXPECT_EQ(check(0), "VAGUE NO_SHORT_CYCLE timeframes[0].cycle_weeks");
  EXPECT_EQ(check(1), "ANSWERED");
  EXPECT_EQ(check(9), "ANSWERED");
  EXPECT_EQ(check(10), "VAGUE NO_SHORT_CYCLE timeframes[0].cycle_weeks");
}

}  // namespace
}  // namespace throughline::plans
