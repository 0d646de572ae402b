#include <limits>

#include "plans/domain/plans_fixture.h"

namespace throughline::plans {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

class SitePlanTest : public PlansFixture {
 protected:
  SitePlanTest() { FoundSchool(); }

  const v1::SitePlan& Publish() {
    last_ = Done(PublishRequest());
    return last_.AnswerAs<v1::PublishSitePlanResponse>().plan();
  }
  const v1::SitePlanRow& Row() { return *fixture_.state().Find(kSitePlans, "d/s/p"); }
  template <class Change>
  std::string DraftRefusal(Change change) {
    v1::SitePlan plan = WholePlan();
    change(plan);
    return Refusal(DraftRequest(plan));
  }
  static v1::SitePlan NamedPlan(const std::string& id, int year) {
    v1::SitePlan plan = WholePlan();
    plan.set_plan(id);
    plan.set_year(year);
    return plan;
  }

  Outcome last_;
};

TEST_F(SitePlanTest, IsDraftedWithItsChecks) {
  auto draft = DraftRequest();
  draft.mutable_plan()->set_state(v1::PLAN_STATE_PUBLISHED);
  draft.mutable_plan()->set_revision(7);
  const auto first = Done(draft);
  const auto& answer = first.AnswerAs<v1::DraftSitePlanResponse>();
  EXPECT_EQ(answer.plan().state(), v1::PLAN_STATE_DRAFT) << "whatever the request says";
  EXPECT_EQ(answer.plan().revision(), 0);
  EXPECT_EQ(answer.plan().version(), 1);
  EXPECT_EQ(answer.checks_size(), 6);
  EXPECT_TRUE(answer.pathway().valid());
  ExpectNothingToDecide(draft, first);
}

TEST_F(SitePlanTest, IsPublishedRevisedAndClosed) {
  Done(DraftRequest());
  EXPECT_EQ(Publish().revision(), 1);
  ASSERT_NE(last_.First<v1::SitePlanPublished>(), nullptr);
  EXPECT_EQ(last_.First<v1::SitePlanPublished>()->checks_size(), 6);
  EXPECT_EQ(Refusal(PublishRequest()), "NO_DRAFT plan") << "nothing to publish again";

  v1::SitePlan next = WholePlan();
  next.mutable_measures(0)->set_target(70);
  Done(DraftRequest(next));
  EXPECT_EQ(Row().published().measures(0).target(), 60) << "in force until the next revision";
  EXPECT_EQ(Row().draft().measures(0).target(), 70);
  EXPECT_EQ(Publish().revision(), 2);
  EXPECT_EQ(Row().published().measures(0).target(), 70);
  EXPECT_FALSE(Row().has_draft());

  const auto closed = Done(CloseRequest());
  EXPECT_EQ(closed.AnswerAs<v1::CloseSitePlanResponse>().plan().state(), v1::PLAN_STATE_CLOSED);
  EXPECT_EQ(closed.AnswerAs<v1::CloseSitePlanResponse>().plan().version(), 5);
  EXPECT_EQ(Refusal(CloseRequest()), "PLAN_CLOSED plan");
  EXPECT_EQ(Refusal(DraftRequest()), "PLAN_CLOSED plan");
  EXPECT_EQ(Refusal(PublishRequest()), "PLAN_CLOSED plan");
}

TEST_F(SitePlanTest, ThatIsClosedIsTakenUpAgain) {
  Done(DraftRequest());
  EXPECT_EQ(Refusal(ReopenRequest()), "PLAN_NOT_CLOSED plan");
  Publish();
  EXPECT_EQ(Refusal(ReopenRequest()), "PLAN_NOT_CLOSED plan");
  Done(CloseRequest());
  auto reopen = ReopenRequest();
  reopen.clear_reason();
  EXPECT_EQ(Refusal(reopen), "REASON_MISSING reason");
  reopen = ReopenRequest();
  reopen.set_expected_version(2);
  EXPECT_EQ(Refusal(reopen), "VERSION_STALE expected_version");
  const auto again = Done(ReopenRequest());
  const auto& plan = again.AnswerAs<v1::ReopenSitePlanResponse>().plan();
  EXPECT_EQ(plan.state(), v1::PLAN_STATE_PUBLISHED);
  EXPECT_EQ(plan.revision(), 1) << "what it says is the same";
  EXPECT_EQ(plan.version(), 4);
  EXPECT_EQ(again.First<v1::SitePlanPublished>()->reopened_because(), "it was closed by mistake");
  EXPECT_EQ(again.First<v1::SitePlanPublished>()->checks_size(), 6);
  Done(CloseRequest());
}

TEST_F(SitePlanTest, IsNotTakenUpAgainWhenItsYearHasAnother) {
  Done(DraftRequest());
  Publish();
  Done(CloseRequest());
  Done(DraftRequest(NamedPlan("q", 2024)));
  EXPECT_EQ(Refusal(ReopenRequest()), "YEAR_TAKEN plan.year");
  Done(DiscardRequest("q"));
  Done(ReopenRequest());
}

TEST_F(SitePlanTest, MustBeThereToBePublishedOrClosed) {
  EXPECT_EQ(Refusal(ReopenRequest()), "PLAN_UNKNOWN plan");
  EXPECT_EQ(Refusal(PublishRequest()), "PLAN_UNKNOWN plan");
  EXPECT_EQ(Refusal(CloseRequest()), "PLAN_UNKNOWN plan");
  Done(DraftRequest());
  EXPECT_EQ(Refusal(CloseRequest()), "NOT_PUBLISHED plan");
}

TEST_F(SitePlanTest, WithAnUnansweredQuestionIsNotPublished) {
  v1::SitePlan plan = WholePlan();
  plan.clear_measures();
  plan.clear_timeframes();
  Done(DraftRequest(plan));
  const auto outcome = fixture_.Give(PublishRequest());
  ASSERT_TRUE(outcome.refusal);
  EXPECT_EQ(outcome.refusal->code, core::Code::kFailedPrecondition);
  EXPECT_EQ(outcome.refusal->reason, "QUESTIONS_UNANSWERED");
  EXPECT_THAT(outcome.refusal->message, testing::HasSubstr("measures: "));
  EXPECT_THAT(outcome.refusal->message, testing::HasSubstr("timeframes: "));
}

TEST_F(SitePlanTest, ThatIsVagueIsPublishedAndSaysSo) {
  v1::SitePlan plan = WholePlan();
  plan.mutable_measures(0)->clear_target();
  plan.mutable_practices(0)->clear_evidence_sources();  // a broken pathway is said, and published
  EXPECT_FALSE(Done(DraftRequest(plan)).AnswerAs<v1::DraftSitePlanResponse>().pathway().valid());
  Publish();
  const auto& check = last_.First<v1::SitePlanPublished>()->checks(1);
  EXPECT_EQ(check.completeness(), v1::COMPLETENESS_VAGUE);
  EXPECT_EQ(check.findings(0).reason(), "NO_TARGET");
}

TEST_F(SitePlanTest, IsChangedOnlyFromTheVersionThatIsCurrent) {
  Done(DraftRequest());
  v1::SitePlan plan = WholePlan();
  plan.set_version(2);
  EXPECT_EQ(Refusal(DraftRequest(plan)), "VERSION_STALE plan.version");
  auto publish = PublishRequest();
  publish.set_expected_version(2);
  EXPECT_EQ(Refusal(publish), "VERSION_STALE expected_version");
  publish.set_expected_version(1);
  Done(publish);
  auto close = CloseRequest();
  close.set_expected_version(1);
  EXPECT_EQ(Refusal(close), "VERSION_STALE expected_version");
  close.set_expected_version(2);
  Done(close);
}

TEST_F(SitePlanTest, IsTheOnlyOneOfItsYear) {
  Done(DraftRequest());
  EXPECT_EQ(Refusal(DraftRequest(NamedPlan("q", 2024))), "YEAR_TAKEN plan.year");
  Done(DraftRequest(NamedPlan("q", 2025)));
  Publish();
  EXPECT_EQ(Refusal(DraftRequest(NamedPlan("r", 2024))), "YEAR_TAKEN plan.year");
  Done(CloseRequest());
  Done(DraftRequest(NamedPlan("r", 2024)));
  EXPECT_EQ(Refusal(DraftRequest(NamedPlan("s", 2024))), "YEAR_TAKEN plan.year");
}

TEST_F(SitePlanTest, ADraftIsDiscarded) {
  EXPECT_EQ(Refusal(DiscardRequest()), "PLAN_UNKNOWN plan");
  Done(DraftRequest());
  auto discard = DiscardRequest();
  discard.set_expected_version(7);
  EXPECT_EQ(Refusal(discard), "VERSION_STALE expected_version");
  EXPECT_FALSE(Done(DiscardRequest()).AnswerAs<v1::DiscardSitePlanDraftResponse>().has_plan());
  EXPECT_EQ(fixture_.state().Find(kSitePlans, "d/s/p"), nullptr);
  Done(DraftRequest(NamedPlan("q", 2024)));
  Done(DiscardRequest("q"));

  Done(DraftRequest());
  Publish();
  EXPECT_EQ(Refusal(DiscardRequest()), "NO_DRAFT plan");
  Done(DraftRequest(NamedPlan("p", 2025)));
  const auto discarded = Done(DiscardRequest());
  const auto& plan = discarded.AnswerAs<v1::DiscardSitePlanDraftResponse>().plan();
  EXPECT_EQ(plan.year(), 2024) << "what was published stays in force";
  EXPECT_EQ(plan.revision(), 1);
  EXPECT_EQ(plan.version(), 4) << "whoever saw the draft is told";
  EXPECT_FALSE(Row().has_draft());
  Done(CloseRequest());
  EXPECT_EQ(Refusal(DiscardRequest()), "PLAN_CLOSED plan");
}

TEST_F(SitePlanTest, ADraftThatSaysNothingNewMakesNoRevision) {
  Done(DraftRequest());
  Publish();
  Done(DraftRequest());
  const v1::SitePlan again = Publish();
  EXPECT_EQ(again.revision(), 1);
  EXPECT_EQ(again.state(), v1::PLAN_STATE_PUBLISHED);
  EXPECT_EQ(last_.First<v1::SitePlanPublished>(), nullptr);
  EXPECT_EQ(last_.AnswerAs<v1::PublishSitePlanResponse>().checks_size(), 6);
  EXPECT_FALSE(Row().has_draft());
  EXPECT_EQ(Refusal(PublishRequest()), "NO_DRAFT plan");
}

TEST_F(SitePlanTest, HoldsTheYearOfItsDraftToo) {
  Done(DraftRequest());
  Publish();
  Done(DraftRequest(NamedPlan("p", 2025)));
  EXPECT_EQ(Refusal(DraftRequest(NamedPlan("q", 2024))), "YEAR_TAKEN plan.year");
  EXPECT_EQ(Refusal(DraftRequest(NamedPlan("q", 2025))), "YEAR_TAKEN plan.year");
}

TEST_F(SitePlanTest, HasAsManyIndicatorsAsThePolicyAllows) {
  v1::SitePlan plan = WholePlan();
  for (int i = 0; i < 3; ++i) plan.add_indicators()->set_indicator("i" + std::to_string(i));
  Done(DraftRequest(plan));
  auto update = UpdateRequest();
  update.mutable_policy()->set_indicators_at_most(3);
  Done(update);
  EXPECT_EQ(Refusal(PublishRequest()), "TOO_MANY plan.indicators") << "the policy is a new one";
  EXPECT_EQ(Refusal(DraftRequest(plan)), "TOO_MANY plan.indicators");
}

TEST_F(SitePlanTest, IsOfASchoolThatIsKnown) {
  EXPECT_EQ(DraftRefusal([](auto& plan) { plan.set_district("e"); }), "DISTRICT_UNKNOWN district");
  EXPECT_EQ(DraftRefusal([](auto& plan) { plan.set_school("x"); }), "SCHOOL_UNKNOWN school");
}

TEST_F(SitePlanTest, IsRefusedByTheFieldThatMakesNoSense) {
  EXPECT_EQ(DraftRefusal([](auto& p) { p.set_plan("a/b"); }), "ID_INVALID plan.plan");
  EXPECT_EQ(DraftRefusal([](auto& p) { p.set_year(1899); }), "OUT_OF_RANGE plan.year");
  EXPECT_EQ(DraftRefusal([](auto& p) { p.set_year(2201); }), "OUT_OF_RANGE plan.year");
  EXPECT_EQ(DraftRefusal([](auto& p) {
              p.mutable_evidence_use()->set_statement(std::string(256 * 1024, 'x'));
            }),
            "TEXT_TOO_LONG plan");
  EXPECT_EQ(DraftRefusal([](auto& p) { p.mutable_measures(0)->set_baseline(kNan); }),
            "NUMBER_INVALID plan.measures[0].baseline");
  EXPECT_EQ(DraftRefusal([](auto& p) { p.mutable_measures(0)->set_target(kInfinity); }),
            "NUMBER_INVALID plan.measures[0].target");
  EXPECT_EQ(
      DraftRefusal([](auto& p) { p.mutable_indicators(0)->set_desired_growth_per_year(-0.1); }),
      "OUT_OF_RANGE plan.indicators[0].desired_growth_per_year");
}

TEST_F(SitePlanTest, HasIdsThatAreUnique) {
  EXPECT_EQ(DraftRefusal([](auto& p) { p.add_priorities()->set_priority("reading"); }),
            "DOUBLE_ID plan.priorities[1]");
  EXPECT_EQ(DraftRefusal([](auto& p) { p.add_measures(); }), "ID_INVALID plan.measures[1]");
  EXPECT_EQ(DraftRefusal([](auto& p) { p.add_indicators()->set_indicator("a b"); }),
            "ID_INVALID plan.indicators[1]");
  EXPECT_EQ(DraftRefusal([](auto& p) {
              for (int i = 0; i < 100; ++i) p.add_practices()->set_practice(std::to_string(i));
            }),
            "TOO_MANY plan.practices");
  EXPECT_EQ(DraftRefusal([](auto& p) { *p.add_theories() = p.theories(0); }),
            "DOUBLE_ID plan.theories[1]");
  EXPECT_EQ(DraftRefusal([](auto& p) { p.mutable_priorities(0)->add_problems(); }),
            "ID_INVALID plan.priorities[0].problems[1]");
  EXPECT_EQ(DraftRefusal([](auto& p) {
              auto& other = *p.add_priorities();
              other.set_priority("writing");
              other.add_problems()->set_problem("feedback");
            }),
            "DOUBLE_ID plan.priorities[1].problems[0]");
}

TEST_F(SitePlanTest, LinksByIds) {
  EXPECT_EQ(DraftRefusal([](auto& p) { p.mutable_indicators(0)->add_assessments(""); }),
            "ID_INVALID plan.indicators[0].assessments[1]");
  EXPECT_EQ(DraftRefusal([](auto& p) { p.mutable_practices(0)->add_indicators("a b"); }),
            "ID_INVALID plan.practices[0].indicators[1]");
  EXPECT_EQ(DraftRefusal([](auto& p) { p.mutable_practices(0)->add_evidence_sources(""); }),
            "ID_INVALID plan.practices[0].evidence_sources[1]");
  EXPECT_EQ(DraftRefusal([](auto& p) {
              for (int i = 0; i < 100; ++i) p.mutable_practices(0)->add_evidence_sources("check");
            }),
            "TOO_MANY plan.practices[0].evidence_sources");
}

TEST_F(SitePlanTest, HasTheoriesOfActionThatAreWhole) {
  const auto refusal = [this](auto change) {
    return DraftRefusal([&](v1::SitePlan& plan) { change(*plan.mutable_theories(0)); });
  };
  EXPECT_EQ(refusal([](auto& t) { t.clear_if_practice(); }),
            "MISSING plan.theories[0].if_practice");
  EXPECT_EQ(refusal([](auto& t) { t.clear_then_evidence(); }),
            "MISSING plan.theories[0].then_evidence");
  EXPECT_EQ(refusal([](auto& t) { t.clear_so_that_priority(); }),
            "MISSING plan.theories[0].so_that_priority");
  EXPECT_EQ(refusal([](auto& t) { t.clear_problems(); }), "MISSING plan.theories[0].problems");
  EXPECT_EQ(refusal([](auto& t) { t.set_so_that_priority("writing"); }),
            "LINK_UNKNOWN plan.theories[0].so_that_priority");
  EXPECT_EQ(refusal([](auto& t) { t.add_problems("talk"); }),
            "LINK_UNKNOWN plan.theories[0].problems[1]");
  for (double effect : {0.0, -0.4, 5.1, kNan}) {
    EXPECT_EQ(refusal([effect](auto& t) { t.set_predicted_effect(effect); }),
              "OUT_OF_RANGE plan.theories[0].predicted_effect");
  }
  for (int days : {0, 401}) {
    EXPECT_EQ(refusal([days](auto& t) { t.set_horizon_days(days); }),
              "OUT_OF_RANGE plan.theories[0].horizon_days");
  }
}

TEST_F(SitePlanTest, ServesOnlyPrioritiesThatTheDistrictHas) {
  const auto serves = [](const char* priority) {
    return [=](v1::SitePlan& plan) { plan.mutable_priorities(0)->set_district_priority(priority); };
  };
  EXPECT_EQ(DraftRefusal(serves("literacy")),
            "DISTRICT_PRIORITY_UNKNOWN plan.priorities[0].district_priority");
  v1::UpdateDistrictRequest update = UpdateRequest();
  v1::Priority& priority = *update.mutable_priorities()->add_priorities();
  priority.set_priority("literacy");
  priority.set_statement("Everybody reads.");
  Done(update);
  EXPECT_EQ(DraftRefusal(serves("literacy")), "");
  v1::SitePlan plan = WholePlan();
  serves("numeracy")(plan);
  EXPECT_THAT(fixture_.Give(DraftRequest(plan)).refusal->message,
              testing::EndsWith("There is only: literacy."));
}

TEST_F(SitePlanTest, IsNotPublishedForAPriorityThatTheDistrictHasNoMore) {
  v1::UpdateDistrictRequest update = UpdateRequest();
  v1::Priority& priority = *update.mutable_priorities()->add_priorities();
  priority.set_priority("literacy");
  priority.set_statement("Everybody reads.");
  Done(update);
  v1::SitePlan plan = WholePlan();
  plan.mutable_priorities(0)->set_district_priority("literacy");
  Done(DraftRequest(plan));
  update.mutable_priorities()->mutable_priorities(0)->set_priority("reading");
  Done(update);
  EXPECT_EQ(Refusal(PublishRequest()),
            "DISTRICT_PRIORITY_UNKNOWN plan.priorities[0].district_priority");
  plan.mutable_priorities(0)->set_district_priority("reading");
  Done(DraftRequest(plan));
  EXPECT_EQ(Refusal(PublishRequest()), "");
}

TEST_F(PlansFixture, AMeasureIsFedByAnIndicatorOfThePlanInPercentOfScale) {
  FoundSchool();
  const auto refusal = [&](auto change) {
    return RefusalOf(DraftRequest(), [&](v1::DraftSitePlanRequest& request) {
      v1::Measure& measure = *request.mutable_plan()->mutable_measures(0);
      measure.set_indicator("close-reading");
      change(measure);
    });
  };
  EXPECT_EQ(refusal([](v1::Measure& measure) { measure.set_indicator("writing"); }),
            "LINK_UNKNOWN plan.measures[0].indicator");
  EXPECT_EQ(refusal([](v1::Measure& measure) { measure.set_target(400); }),
            "OUT_OF_RANGE plan.measures[0].target");
  EXPECT_EQ(refusal([](v1::Measure& measure) { measure.set_baseline(-1); }),
            "OUT_OF_RANGE plan.measures[0].baseline");
  EXPECT_EQ(refusal([](v1::Measure&) {}), "");
}

TEST_F(PlansFixture, AMeasureIsFedByAnAssessmentThatObservesAnIndicatorOfThePlan) {
  FoundSchool();
  const auto refusal = [&](auto change) {
    return RefusalOf(DraftRequest(), [&](v1::DraftSitePlanRequest& request) {
      v1::SitePlan& plan = *request.mutable_plan();
      plan.mutable_indicators(0)->add_assessments("interim");
      plan.mutable_measures(0)->set_assessment("interim");
      change(*plan.mutable_measures(0));
    });
  };
  EXPECT_EQ(refusal([](v1::Measure& measure) { measure.set_assessment("elsewhere"); }),
            "ASSESSMENT_NOT_IN_PLAN plan.measures[0].assessment");
  EXPECT_EQ(refusal([](v1::Measure& measure) { measure.set_indicator("close-reading"); }),
            "FED_TWICE plan.measures[0].assessment");
  EXPECT_EQ(refusal([](v1::Measure& measure) { measure.set_target(1200); }),
            "OUT_OF_RANGE plan.measures[0].target");
  EXPECT_EQ(refusal([](v1::Measure&) {}), "");
}

class PlanReviewTest : public PlansFixture {
 protected:
  static v1::AnswerPlanReviewRequest AnswerRequest(v1::PlanReviewAnswer answer) {
    v1::AnswerPlanReviewRequest request;
    request.set_district("d");
    request.set_school("s");
    request.set_plan("p");
    request.set_answer(answer);
    request.set_reason("Teams still write recall questions.");
    return request;
  }
};

TEST_F(PlanReviewTest, KeepsThePlanAsItIs) {
  FoundPlan();
  const auto outcome = Done(AnswerRequest(v1::PLAN_REVIEW_ANSWER_KEEP));
  EXPECT_EQ(outcome.events.size(), 1U);
  EXPECT_EQ(outcome.First<v1::PlanReviewAnswered>()->revision(), 1);
  EXPECT_FALSE(outcome.AnswerAs<v1::AnswerPlanReviewResponse>().has_draft());
}

TEST_F(PlanReviewTest, ToReviseOpensTheDraftOfTheNextRevision) {
  FoundPlan();
  const auto outcome = Done(AnswerRequest(v1::PLAN_REVIEW_ANSWER_REVISE));
  const auto& draft = outcome.AnswerAs<v1::AnswerPlanReviewResponse>().draft();
  EXPECT_EQ(draft.state(), v1::PLAN_STATE_DRAFT);
  EXPECT_EQ(draft.version(), 3);
  EXPECT_EQ(draft.priorities_size(), 1);
  EXPECT_EQ(Done(PublishRequest()).First<v1::SitePlanDraftDiscarded>()->version(), 4)
      << "nothing differs";
}

TEST_F(PlanReviewTest, ToReviseLeavesTheDraftThatIsThere) {
  FoundPlan();
  auto plan = WholePlan();
  plan.add_timeframes()->set_cycle_weeks(6);
  Done(DraftRequest(plan));
  const auto outcome = Done(AnswerRequest(v1::PLAN_REVIEW_ANSWER_REVISE));
  EXPECT_EQ(outcome.First<v1::SitePlanChanged>(), nullptr);
  EXPECT_EQ(outcome.AnswerAs<v1::AnswerPlanReviewResponse>().draft().timeframes_size(), 2);
}

TEST_F(PlanReviewTest, IsOfAPlanInForceWithAnAnswerAndAReason) {
  FoundSchool();
  EXPECT_EQ(Refusal(AnswerRequest(v1::PLAN_REVIEW_ANSWER_KEEP)), "PLAN_UNKNOWN plan");
  Done(DraftRequest());
  EXPECT_EQ(Refusal(AnswerRequest(v1::PLAN_REVIEW_ANSWER_KEEP)), "NOT_PUBLISHED plan");
  Done(PublishRequest());
  EXPECT_EQ(Refusal(AnswerRequest(v1::PLAN_REVIEW_ANSWER_UNSPECIFIED)), "MISSING answer");
  auto request = AnswerRequest(v1::PLAN_REVIEW_ANSWER_KEEP);
  request.set_reason("so");
  EXPECT_EQ(Refusal(request), "REASON_MISSING reason");
  request = AnswerRequest(v1::PLAN_REVIEW_ANSWER_KEEP);
  request.set_expected_version(1);
  EXPECT_EQ(Refusal(request), "VERSION_STALE expected_version");
  Done(CloseRequest());
  EXPECT_EQ(Refusal(AnswerRequest(v1::PLAN_REVIEW_ANSWER_KEEP)), "PLAN_CLOSED plan");
}

}  // namespace
}  // namespace throughline::plans
