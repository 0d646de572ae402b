#include "cycles/domain/plan_review.h"

#include "cycles/domain/school_fixture.h"

namespace throughline::cycles {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Plan `p` is in force from Monday 2026-08-31 on. Forty instructional days later, with two days
// without teaching between, is 10-28; ten more is 11-11, with all of them taught.
class PlanReviewTest : public SchoolFixture {
 protected:
  static plans::v1::SitePlanPublished Published(const std::string& plan = "p", int revision = 1,
                                                int year = 2026) {
    plans::v1::SitePlanPublished published;
    published.mutable_plan()->set_district("d");
    published.mutable_plan()->set_school("s");
    published.mutable_plan()->set_plan(plan);
    published.mutable_plan()->set_year(year);
    published.mutable_plan()->set_revision(revision);
    published.mutable_plan()->add_indicators()->set_indicator(kIndicator);
    published.mutable_plan()->add_priorities()->add_problems()->set_problem("recall-only");
    auto& answered = *published.add_checks();
    answered.set_question(1);
    answered.set_completeness(plans::v1::COMPLETENESS_ANSWERED);
    auto& vague = *published.add_checks();
    vague.set_question(2);
    vague.set_completeness(plans::v1::COMPLETENESS_VAGUE);
    return published;
  }
  Outcome Begin() {
    AdvanceTo("2026-08-31");
    return fixture_.Give(Published());
  }
  Outcome Close() {
    plans::v1::SitePlanChanged changed;
    changed.mutable_plan()->set_district("d");
    changed.mutable_plan()->set_school("s");
    changed.mutable_plan()->set_plan("p");
    changed.mutable_plan()->set_state(plans::v1::PLAN_STATE_CLOSED);
    return fixture_.Give(changed);
  }
  Outcome Answer(plans::v1::PlanReviewAnswer answer) {
    plans::v1::PlanReviewAnswered answered;
    answered.set_district("d");
    answered.set_school("s");
    answered.set_plan("p");
    answered.set_answer(answer);
    answered.set_reason("The teams agree.");
    return fixture_.Give(answered);
  }
  v1::Review ReviewOf(const Outcome& outcome) {
    for (const auto* opened : outcome.All<v1::ReviewOpened>()) {
      if (!opened->review().plan().empty()) return opened->review();
    }
    ADD_FAILURE() << "no review of a plan was opened";
    return {};
  }
};

TEST_F(PlanReviewTest, IsOpenedEightWeeksAfterThePlanWasPublished) {
  Begin();
  EXPECT_EQ(AdvanceTo("2026-10-27").First<v1::ReviewOpened>(), nullptr);
  const v1::Review review = ReviewOf(fixture_.AdvanceTo(MidnightOf("2026-10-28")));
  EXPECT_EQ(review.plan(), "p");
  EXPECT_EQ(review.due(), "2026-11-11");
  EXPECT_EQ(review.team(), "");
  const v1::PlanReviewFindings& findings = review.plan_findings();
  EXPECT_EQ(findings.revision(), 1);
  ASSERT_EQ(findings.vague_size(), 1);
  EXPECT_EQ(findings.vague(0).question(), 2);
}

TEST_F(PlanReviewTest, GathersWhatClosedCyclesCameTo) {
  Begin();
  const v1::Cycle cycle = Schedule("t", "2026-09-01");
  AdvanceTo("2026-09-01");
  auto analysis = AnalysisRequest(cycle);
  analysis.mutable_analysis()->set_problem("recall-only");
  fixture_.Give(analysis);
  ASSERT_FALSE(End(cycle, v1::CYCLE_STATE_ANALYZE).refusal);
  Bring(cycle, v1::CYCLE_STATE_CLOSED);
  plans::v1::SitePlanFramed framed;
  framed.mutable_framing()->set_district("d");
  framed.mutable_framing()->set_school("s");
  framed.mutable_framing()->set_plan("p");
  framed.mutable_framing()->set_framing(plans::v1::FRAMING_COMPLIANT);
  fixture_.Give(framed);
  const auto findings = ReviewOf(AdvanceTo("2026-10-28")).plan_findings();
  EXPECT_THAT(findings.cycles(), ElementsAre(cycle.cycle()));
  EXPECT_EQ(findings.framing(), "compliant");
  ASSERT_EQ(findings.indicators_size(), 1);
  EXPECT_EQ(findings.indicators(0).inconclusive(), 1) << "nothing was measured";
  ASSERT_EQ(findings.practices_size(), 1);
  EXPECT_THAT(findings.practices(0).teams(), ElementsAre("t"));
  EXPECT_THAT(findings.practices(0).nominating_teams(), ElementsAre("t"));
  EXPECT_THAT(findings.shared_problems(), IsEmpty()) << "one team shares it with nobody";
}

TEST_F(PlanReviewTest, SaysWhereAMeasureStandsThatAnAssessmentFeeds) {
  AdvanceTo("2026-08-31");
  auto published = Published();
  plans::v1::Measure& measure = *published.mutable_plan()->add_measures();
  measure.set_measure("m");
  measure.set_assessment("interim");
  fixture_.Give(published);
  evidence::v1::SchoolMeanReleased released;
  released.set_district("d");
  released.set_school("s");
  released.set_assessment("interim");
  released.set_year(2026);
  released.set_students(40);
  released.set_mean(52.5);
  released.set_latest_result("2026-10-09");
  fixture_.Give(released);
  released.set_year(2025);
  released.set_mean(99);
  EXPECT_THAT(fixture_.Give(released).events, IsEmpty()) << "a correction of a year that is over";
  const auto findings = ReviewOf(AdvanceTo("2026-10-28")).plan_findings();
  ASSERT_EQ(findings.measures_size(), 1);
  EXPECT_EQ(findings.measures(0).assessment(), "interim");
  EXPECT_EQ(findings.measures(0).value(), 52.5);
}

TEST_F(PlanReviewTest, IsAnsweredByWhatTheSchoolDecidesAboutThePlan) {
  Begin();
  AdvanceTo("2026-10-28");
  const auto answered = Answer(plans::v1::PLAN_REVIEW_ANSWER_REVISE);
  ASSERT_NE(answered.First<v1::ReviewAnswered>(), nullptr);
  const v1::Review& review = answered.First<v1::ReviewAnswered>()->review();
  EXPECT_EQ(review.answer(), v1::REVIEW_ANSWER_REVISE);
  EXPECT_EQ(review.adjustment(), "The teams agree.");
  EXPECT_THAT(Answer(plans::v1::PLAN_REVIEW_ANSWER_KEEP).events, IsEmpty()) << "none is open";
}

TEST_F(PlanReviewTest, IsOverdueADayAfterItsDueDayAndEscalatesAfterThree) {
  Begin();
  AdvanceTo("2026-11-12");
  const auto overdue = AdvanceTo("2026-11-13");
  ASSERT_NE(overdue.First<v1::ConditionRaised>(), nullptr);
  const v1::Condition& condition = overdue.First<v1::ConditionRaised>()->condition();
  EXPECT_EQ(condition.trigger(), common::v1::TRIGGER_OVERDUE);
  EXPECT_EQ(condition.severity(), v1::SEVERITY_WARNING);
  EXPECT_EQ(condition.plan(), "p");
  EXPECT_EQ(condition.due(), "2026-11-11");
  const auto escalated = AdvanceTo("2026-11-17");
  ASSERT_NE(escalated.First<v1::ConditionRaised>(), nullptr);
  EXPECT_EQ(escalated.First<v1::ConditionRaised>()->condition().severity(), v1::SEVERITY_CRITICAL);
  EXPECT_NE(Answer(plans::v1::PLAN_REVIEW_ANSWER_KEEP).First<v1::ConditionCleared>(), nullptr);
}

TEST_F(PlanReviewTest, ComesAgainEightWeeksAfterTheLast) {
  Begin();
  AdvanceTo("2026-10-28");
  Answer(plans::v1::PLAN_REVIEW_ANSWER_KEEP);
  EXPECT_EQ(AdvanceTo("2026-12-22").First<v1::ReviewOpened>(), nullptr);
  EXPECT_NE(AdvanceTo("2026-12-23").First<v1::ReviewOpened>(), nullptr);
}

TEST_F(PlanReviewTest, OfWhichOneIsOpenDoesNotOpenAnotherAndGoesOnWhenThatIsAnswered) {
  Begin();
  AdvanceTo("2026-10-28");
  EXPECT_EQ(AdvanceTo("2027-01-04").First<v1::ReviewOpened>(), nullptr);
  Answer(plans::v1::PLAN_REVIEW_ANSWER_KEEP);
  EXPECT_NE(AdvanceTo("2027-03-01").First<v1::ReviewOpened>(), nullptr);
}

TEST_F(PlanReviewTest, LapsesWithThePlan) {
  Begin();
  AdvanceTo("2026-11-13");
  const auto closed = Close();
  ASSERT_NE(closed.First<v1::ReviewAnswered>(), nullptr);
  EXPECT_EQ(closed.First<v1::ReviewAnswered>()->review().answer(), v1::REVIEW_ANSWER_LAPSED);
  EXPECT_NE(closed.First<v1::ConditionCleared>(), nullptr);
  EXPECT_EQ(AdvanceTo("2027-03-01").First<v1::ReviewOpened>(), nullptr);
}

TEST_F(PlanReviewTest, GoesOnWithTheNextRevisionAndNotWithAPlanOfAnEarlierYear) {
  Begin();
  AdvanceTo("2026-10-01");
  fixture_.Give(Published("p", 2));
  EXPECT_THAT(fixture_.Give(Published("old", 1, 2025)).All<plans::v1::PlanInForceNoted>(),
              IsEmpty());
  const v1::Review review = ReviewOf(AdvanceTo("2026-10-28"));
  EXPECT_EQ(review.plan(), "p");
  EXPECT_EQ(review.plan_findings().revision(), 2);
}

TEST_F(PlanReviewTest, IsNotAnsweredAsOtherReviewsAre) {
  Begin();
  const v1::Review review = ReviewOf(AdvanceTo("2026-10-28"));
  v1::AnswerReviewRequest request;
  request.set_district("d");
  request.set_school("s");
  request.set_review(review.review());
  request.set_answer(v1::REVIEW_ANSWER_KEEP_ON);
  EXPECT_EQ(fixture_.Give(request).refusal->reason, "ANSWERED_WITH_THE_PLAN");
}

}  // namespace
}  // namespace throughline::cycles
