#include "cycles/domain/review.h"

#include "cycles/domain/school_fixture.h"

namespace throughline::cycles {
namespace {

using common::v1::TRIGGER_CADENCE;
using common::v1::TRIGGER_OFF_TRACK;
using testing::ElementsAre;
using testing::IsEmpty;

class ReviewTest : public SchoolFixture {
 protected:
  static v1::AnswerReviewRequest AnswerRequest(const v1::Review& review, v1::ReviewAnswer answer) {
    v1::AnswerReviewRequest request;
    request.set_district(review.district());
    request.set_school(review.school());
    request.set_review(review.review());
    request.set_answer(answer);
    return request;
  }
  // A cycle of `t` in `phase` on 08-31.
  v1::Cycle In(v1::CycleState phase) {
    const v1::Cycle cycle = Schedule("t", "2026-08-31");
    AdvanceTo("2026-08-31");
    Bring(cycle, phase);
    return cycle;
  }
  v1::Review OffTrack(const v1::Cycle& cycle) {
    return fixture_.Give(Moved(cycle, TRIGGER_OFF_TRACK, true)).First<v1::ReviewOpened>()->review();
  }
  // Closes the cycle, with this problem of practice and a practice nominated.
  void CloseOn(const v1::Cycle& cycle, const std::string& problem, const std::string& practice) {
    Publish({kIndicator}, {"recall-only", "no-feedback"});
    auto analysis = AnalysisRequest(cycle);
    analysis.mutable_analysis()->set_problem(problem);
    fixture_.Give(analysis);
    ASSERT_FALSE(End(cycle, v1::CYCLE_STATE_ANALYZE).refusal);
    Bring(cycle, v1::CYCLE_STATE_REFINE);
    auto refinement = RefinementRequest(cycle);
    refinement.mutable_refinement()->clear_promising_practices();
    refinement.mutable_refinement()->add_promising_practices(practice);
    fixture_.Give(refinement);
    ASSERT_FALSE(End(cycle, v1::CYCLE_STATE_REFINE).refusal);
  }
};

TEST_F(ReviewTest, TheSameAnswerAgainChangesNothing) {
  const v1::Review review = OffTrack(In(v1::CYCLE_STATE_IMPLEMENT));
  AdvanceTo("2026-09-02");
  const auto keep_on = AnswerRequest(review, v1::REVIEW_ANSWER_KEEP_ON);
  const Outcome answered = fixture_.Give(keep_on);
  ASSERT_THAT(NamesOf(answered), ElementsAre("ReviewAnswered"));
  const auto& now = answered.AnswerAs<v1::AnswerReviewResponse>().review();
  EXPECT_EQ(now.answer(), v1::REVIEW_ANSWER_KEEP_ON);
  EXPECT_EQ(now.answered_at_ms(), core::ToMillis(MorningOf("2026-09-02")));
  EXPECT_EQ(now.version(), 2);

  const Outcome again = fixture_.Give(keep_on);
  ASSERT_THAT(NamesOf(again), IsEmpty());
  EXPECT_EQ(again.AnswerAs<v1::AnswerReviewResponse>().review().version(), 2);
}

TEST_F(ReviewTest, AnAnswerMayBeChangedWhileTheCycleIsOpen) {
  const v1::Cycle cycle = In(v1::CYCLE_STATE_IMPLEMENT);
  const v1::Review review = OffTrack(cycle);
  fixture_.Give(AnswerRequest(review, v1::REVIEW_ANSWER_KEEP_ON));
  AdvanceTo("2026-09-02");
  const Outcome changed = fixture_.Give(AnswerRequest(review, v1::REVIEW_ANSWER_PAUSE));
  ASSERT_THAT(NamesOf(changed), ElementsAre("ReviewAnswered"));
  const auto& now = changed.AnswerAs<v1::AnswerReviewResponse>().review();
  EXPECT_EQ(now.answer(), v1::REVIEW_ANSWER_PAUSE);
  EXPECT_EQ(now.answered_at_ms(), core::ToMillis(MorningOf("2026-09-02")));
  EXPECT_EQ(now.version(), 3);
  Bring(cycle, v1::CYCLE_STATE_CLOSED);
  EXPECT_EQ(ReasonOf(fixture_.Give(AnswerRequest(review, v1::REVIEW_ANSWER_KEEP_ON))),
            "ANSWER_STANDS");
}

TEST_F(ReviewTest, AChangedAnswerLeavesAReviewThatOpenedSinceAlone) {
  const v1::Cycle cycle = In(v1::CYCLE_STATE_IMPLEMENT);
  const v1::Review first = OffTrack(cycle);
  fixture_.Give(AnswerRequest(first, v1::REVIEW_ANSWER_KEEP_ON));
  fixture_.Give(Moved(cycle, TRIGGER_OFF_TRACK, false));
  OffTrack(cycle);
  fixture_.Give(AnswerRequest(first, v1::REVIEW_ANSWER_PAUSE));
  fixture_.Give(Moved(cycle, TRIGGER_OFF_TRACK, false));
  const Outcome again = fixture_.Give(Moved(cycle, TRIGGER_OFF_TRACK, true));
  EXPECT_THAT(NamesOf(again), ElementsAre("ConditionRaised")) << "the second one is open still";
}

TEST_F(ReviewTest, OfNoCycleIsAnsweredOnce) {
  auto moved = Moved(In(v1::CYCLE_STATE_DESIGN), common::v1::TRIGGER_BEHIND_FOR_YEAR, true);
  moved.clear_cycle();
  const v1::Review review = fixture_.Give(moved).First<v1::ReviewOpened>()->review();
  EXPECT_EQ(ReasonOf(fixture_.Give(AnswerRequest(review, v1::REVIEW_ANSWER_KEEP_ON))), "");
  EXPECT_EQ(ReasonOf(fixture_.Give(AnswerRequest(review, v1::REVIEW_ANSWER_PAUSE))),
            "REVIEW_ANSWERED");
}

TEST_F(ReviewTest, AnAdjustmentThatIsChangedTakesThePlaceOfItsLook) {
  const v1::Cycle cycle = In(v1::CYCLE_STATE_IMPLEMENT);
  const v1::Review review = OffTrack(cycle);
  AdvanceTo("2026-09-09");
  auto adjust = AnswerRequest(review, v1::REVIEW_ANSWER_ADJUST);
  adjust.set_adjustment("Two small groups a week.");
  fixture_.Give(adjust);
  AdvanceTo("2026-09-10");
  adjust.set_adjustment("Three small groups a week.");
  fixture_.Give(adjust);
  ASSERT_EQ(Now(cycle).artefacts().looks_size(), 1);
  EXPECT_EQ(Now(cycle).artefacts().looks(0).adjustment(), "Three small groups a week.");
  fixture_.Give(AnswerRequest(review, v1::REVIEW_ANSWER_KEEP_ON));
  EXPECT_THAT(Now(cycle).artefacts().looks(), IsEmpty());
}

TEST_F(ReviewTest, AnAdjustmentInOtherWordsKeepsTheDayAndTheNumberOfItsLook) {
  const v1::Cycle cycle = In(v1::CYCLE_STATE_IMPLEMENT);
  const v1::Review review = OffTrack(cycle);
  AdvanceTo("2026-09-09");
  auto adjust = AnswerRequest(review, v1::REVIEW_ANSWER_ADJUST);
  adjust.set_adjustment("Two small groups a week.");
  fixture_.Give(adjust);
  fixture_.Give(LookRequest(cycle, "2026-09-09"));
  // Past the end of the window no other look could be recorded.
  for (const char* day : {"2026-09-10", "2026-09-24"}) {
    AdvanceTo(day);
    adjust.set_adjustment(std::string("Three small groups a week, as of ") + day);
    EXPECT_THAT(NamesOf(fixture_.Give(adjust)), ElementsAre("ReviewAnswered", "ArtefactsRecorded"));
    const auto& looks = Now(cycle).artefacts().looks();
    ASSERT_EQ(looks.size(), 2);
    EXPECT_EQ(looks[0].date(), "2026-09-09");
    EXPECT_EQ(looks[0].adjustment(), adjust.adjustment());
    EXPECT_EQ(looks[0].review(), review.review());
  }
}

TEST_F(ReviewTest, AfterImplementTheLookStaysAndSaysWhatTheAnswerSays) {
  const v1::Cycle cycle = In(v1::CYCLE_STATE_IMPLEMENT);
  const v1::Review review = OffTrack(cycle);
  auto adjust = AnswerRequest(review, v1::REVIEW_ANSWER_ADJUST);
  adjust.set_adjustment("Two small groups a week.");
  fixture_.Give(adjust);
  ASSERT_EQ(ReasonOf(End(cycle, v1::CYCLE_STATE_IMPLEMENT)), "");
  AdvanceTo("2026-09-10");
  const Outcome changed = fixture_.Give(AnswerRequest(review, v1::REVIEW_ANSWER_KEEP_ON));
  EXPECT_THAT(NamesOf(changed), ElementsAre("ReviewAnswered", "ArtefactsRecorded"));
  const auto& looks = Now(cycle).artefacts().looks();
  ASSERT_EQ(looks.size(), 1) << "implement needs one";
  EXPECT_EQ(looks[0].date(), "2026-08-31");
  EXPECT_EQ(looks[0].adjustment(), "");
  ASSERT_EQ(Now(cycle).amendments_size(), 1);
  EXPECT_EQ(Now(cycle).amendments(0).phase(), v1::CYCLE_STATE_IMPLEMENT);
  EXPECT_EQ(Now(cycle).amendments(0).look(), 1);

  adjust.set_adjustment("Three small groups a week.");
  fixture_.Give(adjust);
  ASSERT_EQ(Now(cycle).artefacts().looks_size(), 1);
  EXPECT_EQ(Now(cycle).artefacts().looks(0).adjustment(), "Three small groups a week.");
}

TEST_F(ReviewTest, ALookThatTheTeamRecordedIsNotTheReviews) {
  const v1::Cycle cycle = In(v1::CYCLE_STATE_IMPLEMENT);
  const v1::Review review = OffTrack(cycle);
  auto look = LookRequest(cycle, "2026-08-31");
  look.mutable_look()->set_review(review.review());
  fixture_.Give(look);
  fixture_.Give(AnswerRequest(review, v1::REVIEW_ANSWER_KEEP_ON));
  fixture_.Give(AnswerRequest(review, v1::REVIEW_ANSWER_PAUSE));
  ASSERT_EQ(Now(cycle).artefacts().looks_size(), 1);
  EXPECT_EQ(Now(cycle).artefacts().looks(0).review(), "");
}

TEST_F(ReviewTest, IsRefused) {
  v1::Review review = OffTrack(In(v1::CYCLE_STATE_IMPLEMENT));
  EXPECT_EQ(ReasonOf(fixture_.Give(AnswerRequest(review, v1::REVIEW_ANSWER_UNSPECIFIED))),
            "ANSWER_MISSING");
  EXPECT_EQ(ReasonOf(fixture_.Give(AnswerRequest(review, v1::REVIEW_ANSWER_ADJUST))),
            "ADJUSTMENT_MISSING");
  auto longer = AnswerRequest(review, v1::REVIEW_ANSWER_ADJUST);
  longer.set_adjustment(std::string(2001, 'x'));
  EXPECT_EQ(ReasonOf(fixture_.Give(longer)), "TEXT_TOO_LONG");
  review.set_review("x");
  EXPECT_EQ(ReasonOf(fixture_.Give(AnswerRequest(review, v1::REVIEW_ANSWER_PAUSE))),
            "REVIEW_UNKNOWN");
}

TEST_F(ReviewTest, AdjustmentDuringImplementIsOneOfItsLooks) {
  const v1::Cycle cycle = In(v1::CYCLE_STATE_IMPLEMENT);
  const v1::Review review = OffTrack(cycle);
  AdvanceTo("2026-09-09");
  auto adjust = AnswerRequest(review, v1::REVIEW_ANSWER_ADJUST);
  adjust.set_adjustment("Two small groups a week.");
  EXPECT_THAT(NamesOf(fixture_.Give(adjust)), ElementsAre("ReviewAnswered", "ArtefactsRecorded"));
  ASSERT_EQ(Now(cycle).artefacts().looks_size(), 1);
  const v1::EvidenceLook& look = Now(cycle).artefacts().looks(0);
  EXPECT_EQ(look.date(), "2026-09-09");
  EXPECT_EQ(look.observation(),
            "Growth of fewer students than may be shown is under what was desired by now.");
  EXPECT_EQ(look.adjustment(), "Two small groups a week.");
  EXPECT_FALSE(End(cycle, v1::CYCLE_STATE_IMPLEMENT).refusal);
}

TEST_F(ReviewTest, AdjustmentInAnotherPhaseIsOnlyAnAnswer) {
  const v1::Review review = OffTrack(In(v1::CYCLE_STATE_DESIGN));
  auto adjust = AnswerRequest(review, v1::REVIEW_ANSWER_ADJUST);
  adjust.set_adjustment("Two small groups a week.");
  EXPECT_THAT(NamesOf(fixture_.Give(adjust)), ElementsAre("ReviewAnswered"));
}

TEST_F(ReviewTest, AnsweredAndClearedMayOpenAgain) {
  const v1::Cycle cycle = In(v1::CYCLE_STATE_IMPLEMENT);
  const v1::Review first = OffTrack(cycle);
  fixture_.Give(AnswerRequest(first, v1::REVIEW_ANSWER_KEEP_ON));
  fixture_.Give(Moved(cycle, TRIGGER_OFF_TRACK, false));
  AdvanceTo("2026-09-01");
  EXPECT_LT(first.review(), OffTrack(cycle).review()) << "ids are in the order of time";
}

TEST_F(ReviewTest, OfASchoolOrTheDistrictIsAnsweredAndMayOpenAgain) {
  for (const std::string school : {"s", ""}) {
    evidence::v1::EvidenceMoved moved;
    moved.set_district("d");
    moved.set_school(school);
    moved.set_indicator("reading");
    moved.set_group("language:learner");
    moved.set_trigger(common::v1::TRIGGER_GAP_WIDENED);
    moved.set_met(true);
    const v1::Review first = fixture_.Give(moved).First<v1::ReviewOpened>()->review();
    v1::AnswerReviewRequest adjust = AnswerRequest(first, v1::REVIEW_ANSWER_ADJUST);
    adjust.set_adjustment("Small groups read twice a week.");
    const Outcome answered = fixture_.Give(adjust);
    ASSERT_THAT(NamesOf(answered), ElementsAre("ReviewAnswered"));
    EXPECT_EQ(answered.AnswerAs<v1::AnswerReviewResponse>().review().school(), school);
    moved.set_met(false);
    fixture_.Give(moved);
    moved.set_met(true);
    const Outcome again = fixture_.Give(moved);
    ASSERT_NE(again.First<v1::ReviewOpened>(), nullptr);
    EXPECT_NE(again.First<v1::ReviewOpened>()->review().review(), first.review());
  }
}

TEST_F(ReviewTest, SaysWhatPeopleCallWhatItIsAbout) {
  plans::v1::TeamChanged team;
  team.mutable_team()->set_district("d");
  team.mutable_team()->set_school("s");
  team.mutable_team()->set_team("t");
  team.mutable_team()->set_name("Grade 4");
  team.mutable_team()->set_active(true);
  team.mutable_team()->set_version(2);
  fixture_.Give(team);
  plans::v1::SitePlanPublished published;
  published.mutable_plan()->set_district("d");
  published.mutable_plan()->set_school("s");
  published.mutable_plan()->set_plan("p");
  auto& indicator = *published.mutable_plan()->add_indicators();
  indicator.set_indicator(kIndicator);
  indicator.set_statement("Cites a text for every claim.");
  fixture_.Give(published);
  const v1::Review review = OffTrack(In(v1::CYCLE_STATE_IMPLEMENT));
  EXPECT_EQ(review.names().team(), "Grade 4");
  EXPECT_EQ(review.names().indicator(), "Cites a text for every claim.");
}

TEST_F(ReviewTest, OfTheSchoolIsAnsweredByItsLeaders) {
  evidence::v1::EvidenceMoved moved;
  moved.set_district("d");
  moved.set_school("s");
  moved.set_trigger(common::v1::TRIGGER_GAP_WIDENED);
  moved.set_met(true);
  const v1::Review of_school = fixture_.Give(moved).First<v1::ReviewOpened>()->review();
  const v1::Review of_team = OffTrack(In(v1::CYCLE_STATE_IMPLEMENT));
  const auto answer_as = [&](const v1::Review& review, common::v1::Role role) {
    auto request = AnswerRequest(review, v1::REVIEW_ANSWER_KEEP_ON);
    request.mutable_caller()->set_subject("somebody");
    request.mutable_caller()->set_role(role);
    return ReasonOf(fixture_.Give(request));
  };
  EXPECT_EQ(answer_as(of_school, common::v1::ROLE_TEAM_MEMBER), "NOT_YOURS_TO_ANSWER");
  EXPECT_EQ(answer_as(of_team, common::v1::ROLE_TEAM_MEMBER), "");
  EXPECT_EQ(answer_as(of_school, common::v1::ROLE_SCHOOL_LEADER), "");
}

TEST_F(ReviewTest, GapOfASchoolLeavesItsCadenceAlone) {
  const v1::Cycle cycle = Schedule("t", "2026-08-31");
  const auto* before = fixture_.state().Find(kSchoolReviews, "d/s");
  ASSERT_NE(before, nullptr);
  const int32_t next_day = before->next_day();
  evidence::v1::EvidenceMoved moved;
  moved.set_district("d");
  moved.set_school("s");
  moved.set_trigger(common::v1::TRIGGER_GAP_WIDENED);
  moved.set_met(true);
  fixture_.Give(moved);
  EXPECT_EQ(fixture_.state().Find(kSchoolReviews, "d/s")->next_day(), next_day);
}

TEST_F(ReviewTest, SchoolGathersTwoCyclesOfEveryTeam) {
  const v1::Cycle first_t = Schedule("t", "2026-08-31");
  const v1::Cycle first_u = Schedule("u", "2026-08-31");
  AdvanceTo("2026-08-31");
  CloseOn(first_t, "recall-only", "line-numbers");
  CloseOn(first_u, "recall-only", "sentence-frames");
  AdvanceTo("2026-09-23");
  const v1::Cycle second_t = Current("t");
  CloseOn(second_t, "no-feedback", "line-numbers");

  // Thirty teaching days from 08-31 on are over on 10-13.
  fixture_.AdvanceTo(MidnightOf("2026-10-14") - std::chrono::milliseconds{1});
  const Outcome opened = fixture_.AdvanceTo(MidnightOf("2026-10-14"));
  ASSERT_NE(opened.First<v1::ReviewOpened>(), nullptr);
  const v1::Review& review = opened.First<v1::ReviewOpened>()->review();
  EXPECT_EQ(review.trigger(), TRIGGER_CADENCE);
  EXPECT_EQ(review.team(), "");
  EXPECT_EQ(review.cycle(), "");
  const v1::SchoolReviewFindings& findings = review.findings();
  EXPECT_THAT(findings.cycles(), ElementsAre(first_t.cycle(), first_u.cycle(), second_t.cycle()));
  ASSERT_EQ(findings.shared_problems_size(), 1) << "one team alone shares nothing";
  EXPECT_EQ(findings.shared_problems(0).problem(), "recall-only");
  EXPECT_THAT(findings.shared_problems(0).teams(), ElementsAre("t", "u"));
  EXPECT_THAT(findings.promising_practices(), ElementsAre("line-numbers", "sentence-frames"));

  EXPECT_FALSE(fixture_.Give(AnswerRequest(review, v1::REVIEW_ANSWER_KEEP_ON)).refusal);
}

TEST_F(ReviewTest, SchoolReviewsGoOnAndGatherEachCycleOnce) {
  const v1::Cycle first = Schedule("t", "2026-08-31");
  AdvanceTo("2026-08-31");
  CloseOn(first, "recall-only", "line-numbers");
  AdvanceTo("2026-10-14");
  const v1::Cycle second = Current("t");
  CloseOn(second, "recall-only", "line-numbers");
  // Thirty teaching days from 10-14 on, a Wednesday, are over on Tuesday 11-24.
  const Outcome opened = AdvanceTo("2026-11-25");
  const auto all = opened.All<v1::ReviewOpened>();
  ASSERT_EQ(all.size(), 2U) << "one of the plan before it";
  const v1::ReviewOpened& review = *all.back();
  EXPECT_THAT(review.review().findings().cycles(), ElementsAre(second.cycle()));
  EXPECT_EQ(review.review().opened_at_ms(), core::ToMillis(MidnightOf("2026-11-25")));
}

TEST_F(ReviewTest, ScheduleOfLaterCyclesDoesNotPutASchoolReviewOff) {
  // Each of them begins, on time, on a day on which a review may be due.
  const v1::Cycle first = Schedule("t", "2026-08-31");
  AdvanceTo("2026-08-31");
  CloseOn(first, "recall-only", "line-numbers");
  AdvanceTo("2026-09-23");
  CloseOn(Current("t"), "recall-only", "line-numbers");
  EXPECT_EQ(Current("t").start(), "2026-10-14");
  const Outcome opened = AdvanceTo("2026-10-14");
  ASSERT_NE(opened.First<v1::ReviewOpened>(), nullptr);
  EXPECT_EQ(opened.First<v1::ReviewOpened>()->review().findings().cycles_size(), 2);
}

TEST_F(ReviewTest, LastCycleOfASchoolThatStopsIsGatheredToo) {
  plans::v1::District district = DefaultDistrict();
  district.mutable_policy()->set_cycles_per_school_review(1);
  district.set_version(2);
  Adopt(district);
  const v1::Cycle cycle = Schedule("t", "2026-08-31");
  EXPECT_EQ(AdvanceTo("2026-09-24").First<v1::ReviewOpened>(), nullptr) << "09-23 was for nothing";
  CloseOn(cycle, "recall-only", "line-numbers");
  SetTeam("t", false, 2);
  EXPECT_NE(AdvanceTo("2026-10-14").First<v1::ReviewOpened>(), nullptr);
}

TEST_F(ReviewTest, SchoolWithNothingToGatherWaitsForItsNextCycle) {
  const v1::Cycle first = Schedule("t", "2026-08-31");
  const Outcome quiet = AdvanceTo("2026-10-14");
  EXPECT_EQ(quiet.First<v1::ReviewOpened>(), nullptr);
  EXPECT_EQ(Now(first).state(), v1::CYCLE_STATE_CANCELLED);
  CloseOn(Current("t"), "recall-only", "line-numbers");
  EXPECT_NE(AdvanceTo("2026-11-25").First<v1::ReviewOpened>(), nullptr);
}

}  // namespace
}  // namespace throughline::cycles
