#include "cycles/domain/evidence_facts.h"

#include "cycles/domain/conditions.h"
#include "cycles/domain/school_fixture.h"

namespace throughline::cycles {
namespace {

using common::v1::TRIGGER_EVIDENCE_COMPLETE;
using common::v1::TRIGGER_EVIDENCE_MISSING;
using common::v1::TRIGGER_GAP_WIDENED;
using common::v1::TRIGGER_MID_CYCLE;
using common::v1::TRIGGER_OFF_TRACK;
using common::v1::TRIGGER_REVISED_EVIDENCE;
using common::v1::TRIGGER_STRUGGLING;
using testing::ElementsAre;
using testing::IsEmpty;

class EvidenceFactsTest : public SchoolFixture {
 protected:
  // In implement on 08-31.
  v1::Cycle InImplement() {
    const v1::Cycle cycle = Schedule("t", "2026-08-31");
    AdvanceTo("2026-08-31");
    Bring(cycle, v1::CYCLE_STATE_IMPLEMENT);
    return cycle;
  }
  // Closed on 08-31 with the verdict met: the prediction is 0.4, the interval [0.08, 0.73].
  v1::Cycle Closed() {
    const v1::Cycle cycle = Schedule("t", "2026-08-31");
    AdvanceTo("2026-08-31");
    fixture_.Give(Summarized(cycle, Numbers(20)));
    Bring(cycle, v1::CYCLE_STATE_CLOSED);
    EXPECT_EQ(Now(cycle).impacts(0).verdict(), v1::VERDICT_MET);
    return cycle;
  }
  bool Holds(const v1::Cycle& cycle, common::v1::Trigger trigger,
             const std::string& indicator = kIndicator, const std::string& group = {}) {
    v1::Condition condition;
    condition.set_district("d");
    condition.set_school("s");
    condition.set_cycle(cycle.cycle());
    condition.set_trigger(trigger);
    condition.set_indicator(indicator);
    condition.set_group(group);
    return fixture_.state().Find(kConditions, ConditionKey(condition)) != nullptr;
  }
};

TEST_F(EvidenceFactsTest, NumbersAreTakenOnlyWhenTheyDiffer) {
  const v1::Cycle cycle = Schedule("t", "2026-08-31");
  EXPECT_THAT(NamesOf(fixture_.Give(Summarized(cycle, Numbers(12)))),
              ElementsAre("CycleEvidenceTaken"));
  EXPECT_EQ(Now(cycle).evidence(0).covered(), 12);
  EXPECT_THAT(NamesOf(fixture_.Give(Summarized(cycle, Numbers(12)))), IsEmpty());
  EXPECT_THAT(NamesOf(fixture_.Give(Summarized(cycle, Numbers(13)))),
              ElementsAre("CycleEvidenceTaken"));
}

TEST_F(EvidenceFactsTest, NumbersOfWhatIsNotKnownAreLeftAside) {
  v1::Cycle cycle = Schedule("t", "2026-08-31");
  EXPECT_THAT(NamesOf(fixture_.Give(Summarized(cycle, Numbers(12), "another"))), IsEmpty());
  v1::Cycle unknown = cycle;
  unknown.set_cycle("x");
  EXPECT_THAT(NamesOf(fixture_.Give(Summarized(unknown, Numbers(12)))), IsEmpty());
  EXPECT_THAT(NamesOf(fixture_.Give(Moved(unknown, TRIGGER_OFF_TRACK, true))), IsEmpty());
  auto cancel = For<v1::CancelCycleRequest>(cycle);
  cancel.set_reason("Enough.");
  fixture_.Give(cancel);
  EXPECT_THAT(NamesOf(fixture_.Give(Summarized(cycle, Numbers(12)))), IsEmpty());
  EXPECT_THAT(NamesOf(fixture_.Give(Moved(cycle, TRIGGER_OFF_TRACK, true))), IsEmpty());
}

TEST_F(EvidenceFactsTest, CompleteEvidenceOpensAReviewAndNoAlert) {
  const v1::Cycle cycle = InImplement();
  const auto complete = Moved(cycle, TRIGGER_EVIDENCE_COMPLETE, true);
  const Outcome opened = fixture_.Give(complete);
  ASSERT_THAT(NamesOf(opened), ElementsAre("ReviewOpened"));
  const v1::Review& review = opened.First<v1::ReviewOpened>()->review();
  EXPECT_EQ(review.trigger(), TRIGGER_EVIDENCE_COMPLETE);
  EXPECT_EQ(review.cycle(), cycle.cycle());
  EXPECT_EQ(review.evidence().covered(), 20);
  EXPECT_EQ(review.opened_at_ms(), core::ToMillis(fixture_.now()));
  EXPECT_THAT(NamesOf(fixture_.Give(complete)), IsEmpty()) << "one is open";
}

TEST_F(EvidenceFactsTest, MidCycleOpensAReviewAndNoAlert) {
  const v1::Cycle cycle = InImplement();
  const Outcome opened = fixture_.Give(Moved(cycle, TRIGGER_MID_CYCLE, true));
  ASSERT_THAT(NamesOf(opened), ElementsAre("ReviewOpened"));
  const v1::Review& review = opened.First<v1::ReviewOpened>()->review();
  EXPECT_EQ(review.trigger(), TRIGGER_MID_CYCLE);
  EXPECT_EQ(review.reason(), "Half of the cycle has passed: where do things stand?");
  EXPECT_EQ(review.evidence().covered(), 20);
}

TEST_F(EvidenceFactsTest, OffTrackOpensAReviewAndAlertsUntilItClears) {
  const v1::Cycle cycle = InImplement();
  auto met = Moved(cycle, TRIGGER_OFF_TRACK, true);
  met.mutable_test()->set_t(-3.5);
  const auto cleared = Moved(cycle, TRIGGER_OFF_TRACK, false);
  const Outcome opened = fixture_.Give(met);
  ASSERT_THAT(NamesOf(opened), ElementsAre("ReviewOpened", "ConditionRaised"));
  const v1::Condition& condition = opened.First<v1::ConditionRaised>()->condition();
  EXPECT_EQ(condition.severity(), v1::SEVERITY_WARNING);
  EXPECT_EQ(condition.review(), opened.First<v1::ReviewOpened>()->review().review());
  EXPECT_EQ(condition.test().t(), -3.5);
  EXPECT_EQ(opened.First<v1::ReviewOpened>()->review().test().t(), -3.5);
  EXPECT_THAT(NamesOf(fixture_.Give(met)), IsEmpty());

  const Outcome over = fixture_.Give(cleared);
  ASSERT_THAT(NamesOf(over), ElementsAre("ConditionCleared"));
  EXPECT_FALSE(over.First<v1::ConditionCleared>()->condition().has_test()) << "too few are left";
  EXPECT_THAT(NamesOf(fixture_.Give(cleared)), IsEmpty());

  // The team has not answered: the review that is open is the one for the new alert, too.
  const Outcome again = fixture_.Give(met);
  ASSERT_THAT(NamesOf(again), ElementsAre("ConditionRaised"));
  EXPECT_EQ(again.First<v1::ConditionRaised>()->condition().review(), condition.review());
}

TEST_F(EvidenceFactsTest, GapsAreEachOfTheirOwnGroup) {
  const v1::Cycle cycle = InImplement();
  auto first = Moved(cycle, TRIGGER_GAP_WIDENED, true, "language:learning");
  first.mutable_gap()->set_group("language:learning");
  first.mutable_gap()->set_current_g(0.5);
  const Outcome opened = fixture_.Give(first);
  ASSERT_THAT(NamesOf(opened), ElementsAre("ReviewOpened", "ConditionRaised"));
  EXPECT_EQ(opened.First<v1::ReviewOpened>()->review().gap().current_g(), 0.5);
  EXPECT_THAT(NamesOf(fixture_.Give(Moved(cycle, TRIGGER_GAP_WIDENED, true, "income:low"))),
              ElementsAre("ReviewOpened", "ConditionRaised"));
  fixture_.Give(Moved(cycle, TRIGGER_GAP_WIDENED, false, "income:low"));
  EXPECT_TRUE(Holds(cycle, TRIGGER_GAP_WIDENED, kIndicator, "language:learning"));
  EXPECT_FALSE(Holds(cycle, TRIGGER_GAP_WIDENED, kIndicator, "income:low"));
}

// A gap of school `s`, or of the district.
evidence::v1::EvidenceMoved Widened(const std::string& school, bool met = true,
                                    const std::string& group = "language:learner") {
  evidence::v1::EvidenceMoved moved;
  moved.set_district("d");
  moved.set_school(school);
  moved.set_indicator("reading");
  moved.set_trigger(TRIGGER_GAP_WIDENED);
  moved.set_group(group);
  moved.set_met(met);
  if (met) {
    moved.mutable_gap()->set_group(group);
    moved.mutable_gap()->set_difference(-4);
    moved.mutable_gap()->set_teams(6);
  }
  return moved;
}

TEST_F(EvidenceFactsTest, GapsOfASchoolAndOfTheDistrictAreOfNoCycle) {
  for (const std::string school : {"s", ""}) {
    const Outcome opened = fixture_.Give(Widened(school));
    ASSERT_THAT(NamesOf(opened), ElementsAre("ReviewOpened", "ConditionRaised"));
    const v1::Review& review = opened.First<v1::ReviewOpened>()->review();
    EXPECT_EQ(review.school(), school);
    EXPECT_EQ(review.team() + review.cycle(), "");
    EXPECT_EQ(review.trigger(), TRIGGER_GAP_WIDENED);
    EXPECT_EQ(review.gap().teams(), 6);
    const v1::Condition& condition = opened.First<v1::ConditionRaised>()->condition();
    EXPECT_EQ(condition.school(), school);
    EXPECT_EQ(condition.review(), review.review());
    EXPECT_FALSE(condition.has_evidence());
    EXPECT_EQ(condition.gap().difference(), -4);
    EXPECT_THAT(NamesOf(fixture_.Give(Widened(school))), IsEmpty());
  }
  EXPECT_THAT(NamesOf(fixture_.Give(Widened("s", true, "income:low"))),
              ElementsAre("ReviewOpened", "ConditionRaised"));

  const Outcome cleared = fixture_.Give(Widened("s", false));
  ASSERT_THAT(NamesOf(cleared), ElementsAre("ConditionCleared"));
  EXPECT_EQ(cleared.First<v1::ConditionCleared>()->condition().gap().teams(), 6);
  EXPECT_THAT(NamesOf(fixture_.Give(Widened("s", false))), IsEmpty());
  EXPECT_THAT(NamesOf(fixture_.Give(Widened(""))), IsEmpty()) << "that of the district still holds";
}

TEST_F(EvidenceFactsTest, WhatIsOfATeamAndNoCycleIsApartFromOtherTeams) {
  evidence::v1::EvidenceMoved of_t = Widened("s"), of_u = Widened("s");
  of_t.set_team("t");
  of_u.set_team("u");
  fixture_.Give(of_t);
  EXPECT_THAT(NamesOf(fixture_.Give(of_u)), ElementsAre("ReviewOpened", "ConditionRaised"));
  EXPECT_THAT(NamesOf(fixture_.Give(Widened("s"))), ElementsAre("ReviewOpened", "ConditionRaised"));
  EXPECT_THAT(NamesOf(fixture_.Give(of_t)), IsEmpty());
}

TEST_F(EvidenceFactsTest, CycleThatEndsClearsNothingOfItsSchool) {
  const v1::Cycle cycle = InImplement();
  fixture_.Give(Widened("s"));
  Bring(cycle, v1::CYCLE_STATE_CLOSED);
  EXPECT_THAT(NamesOf(fixture_.Give(Widened("s"))), IsEmpty());
}

TEST_F(EvidenceFactsTest, StrugglingStudentsAlertAndOpenNoReview) {
  const v1::Cycle cycle = InImplement();
  auto struggling = Moved(cycle, TRIGGER_STRUGGLING, true);
  struggling.set_students(3);
  const Outcome raised = fixture_.Give(struggling);
  ASSERT_THAT(NamesOf(raised), ElementsAre("ConditionRaised"));
  const v1::Condition& condition = raised.First<v1::ConditionRaised>()->condition();
  EXPECT_EQ(condition.students(), 3);
  EXPECT_EQ(condition.severity(), v1::SEVERITY_INFO) << "it is a definition, not a test";
  EXPECT_THAT(NamesOf(fixture_.Give(Moved(cycle, TRIGGER_STRUGGLING, false))),
              ElementsAre("ConditionCleared"));
}

TEST_F(EvidenceFactsTest, MissingEvidenceIsLookedForThreeDaysBeforeImplementEnds) {
  const v1::Cycle cycle = InImplement();
  // Implement is due on Thursday 09-17; three teaching days before it is Monday 09-14.
  fixture_.AdvanceTo(MidnightOf("2026-09-14") - std::chrono::milliseconds{1});
  EXPECT_FALSE(Holds(cycle, TRIGGER_EVIDENCE_MISSING));
  const Outcome raised = fixture_.AdvanceTo(MidnightOf("2026-09-14"));
  ASSERT_THAT(NamesOf(raised), ElementsAre("ConditionRaised")) << "when nothing came at all";
  EXPECT_EQ(raised.First<v1::ConditionRaised>()->condition().due(), "2026-09-17");

  EXPECT_THAT(NamesOf(fixture_.Give(Summarized(cycle, Numbers(12)))),
              ElementsAre("CycleEvidenceTaken"))
      << "12 of 25 are under half";
  const Outcome enough = fixture_.Give(Summarized(cycle, Numbers(13)));
  ASSERT_THAT(NamesOf(enough), ElementsAre("CycleEvidenceTaken", "ConditionCleared"));
  EXPECT_EQ(enough.First<v1::ConditionCleared>()->condition().evidence().covered(), 13);
}

TEST_F(EvidenceFactsTest, MissingEvidenceIsNotLookedForBeforeTheWindow) {
  plans::v1::District district = DefaultDistrict();
  district.mutable_policy()->set_evidence_missing_days(60);
  district.set_version(2);
  Adopt(district);
  const v1::Cycle cycle = Schedule("t", "2026-08-31");
  AdvanceTo("2026-08-30");
  EXPECT_FALSE(Holds(cycle, TRIGGER_EVIDENCE_MISSING));
  AdvanceTo("2026-08-31");
  EXPECT_TRUE(Holds(cycle, TRIGGER_EVIDENCE_MISSING));
}

TEST_F(EvidenceFactsTest, EvidenceAtExactlyTheShareIsNotMissing) {
  const v1::Cycle cycle = InImplement();
  common::v1::CycleEvidence half = Numbers(12);
  half.set_rostered(24);
  fixture_.Give(Summarized(cycle, half));
  EXPECT_THAT(NamesOf(AdvanceTo("2026-09-14")), IsEmpty());
}

TEST_F(EvidenceFactsTest, MissingEvidenceIsSaidForEachIndicator) {
  auto request = ScheduleRequest("t", "2026-08-31");
  request.add_indicators("argument");
  request.add_indicators("vocabulary");
  const v1::Cycle cycle = fixture_.Give(request).AnswerAs<v1::ScheduleCycleResponse>().cycle();
  AdvanceTo("2026-08-31");
  Bring(cycle, v1::CYCLE_STATE_IMPLEMENT);
  fixture_.Give(Summarized(cycle, Numbers(20), "argument"));
  EXPECT_THAT(NamesOf(AdvanceTo("2026-09-14")), ElementsAre("ConditionRaised", "ConditionRaised"));
  EXPECT_TRUE(Holds(cycle, TRIGGER_EVIDENCE_MISSING, kIndicator));
  EXPECT_FALSE(Holds(cycle, TRIGGER_EVIDENCE_MISSING, "argument"));
  EXPECT_TRUE(Holds(cycle, TRIGGER_EVIDENCE_MISSING, "vocabulary"));
}

TEST_F(EvidenceFactsTest, WhatHoldsClearsWhenTheCycleEnds) {
  const v1::Cycle cycle = InImplement();
  AdvanceTo("2026-09-14");
  fixture_.Give(Moved(cycle, TRIGGER_OFF_TRACK, true));
  ASSERT_TRUE(Holds(cycle, TRIGGER_EVIDENCE_MISSING));
  Bring(cycle, v1::CYCLE_STATE_CLOSED);
  EXPECT_FALSE(Holds(cycle, TRIGGER_EVIDENCE_MISSING));
  EXPECT_FALSE(Holds(cycle, TRIGGER_OFF_TRACK));
}

TEST_F(EvidenceFactsTest, CorrectionAcrossAVerdictFlagsAClosedCycleAndBackUnflagsIt) {
  const v1::Cycle cycle = Closed();
  EXPECT_THAT(NamesOf(fixture_.Give(Summarized(cycle, Numbers(20, 0.1, 0.7)))),
              ElementsAre("CycleEvidenceTaken"))
      << "still met";

  const auto worse = Summarized(cycle, Numbers(20, -0.2, 0.3));
  const Outcome flagged = fixture_.Give(worse);
  ASSERT_THAT(NamesOf(flagged),
              ElementsAre("CycleEvidenceTaken", "CycleFlagged", "ConditionRaised"));
  EXPECT_EQ(flagged.First<v1::CycleFlagged>()->before(), v1::VERDICT_MET);
  EXPECT_EQ(flagged.First<v1::CycleFlagged>()->after(), v1::VERDICT_SHORT);
  EXPECT_TRUE(Now(cycle).flagged());
  EXPECT_EQ(Now(cycle).impacts(0).verdict(), v1::VERDICT_MET) << "what was concluded stays";
  EXPECT_TRUE(Holds(cycle, TRIGGER_REVISED_EVIDENCE));
  const v1::Condition& revised = flagged.First<v1::ConditionRaised>()->condition();
  EXPECT_EQ(revised.verdict_before(), v1::VERDICT_MET);
  EXPECT_EQ(revised.verdict_after(), v1::VERDICT_SHORT);
  EXPECT_EQ(revised.predicted_effect(), 0.4);
  EXPECT_THAT(NamesOf(fixture_.Give(worse)), IsEmpty());

  const Outcome elsewhere = fixture_.Give(Summarized(cycle, Numbers(20, -0.2, 0.6)));
  ASSERT_THAT(NamesOf(elsewhere),
              ElementsAre("CycleEvidenceTaken", "CycleFlagged", "ConditionRaised"));
  EXPECT_EQ(elsewhere.First<v1::CycleFlagged>()->after(), v1::VERDICT_INCONCLUSIVE);
  const v1::Condition& third = elsewhere.First<v1::ConditionRaised>()->condition();
  EXPECT_EQ(third.verdict_before(), v1::VERDICT_MET);
  EXPECT_EQ(third.verdict_after(), v1::VERDICT_INCONCLUSIVE) << "it says the verdict of now";

  const Outcome back = fixture_.Give(Summarized(cycle, Numbers(20)));
  EXPECT_THAT(NamesOf(back),
              ElementsAre("CycleEvidenceTaken", "CycleUnflagged", "ConditionCleared"));
  EXPECT_EQ(back.First<v1::ConditionCleared>()->condition().verdict_after(), v1::VERDICT_MET);
  EXPECT_FALSE(Now(cycle).flagged());
  EXPECT_FALSE(Holds(cycle, TRIGGER_REVISED_EVIDENCE));
}

TEST_F(EvidenceFactsTest, FlagStaysWhileAnyVerdictHasMoved) {
  auto request = ScheduleRequest("t", "2026-08-31");
  request.add_indicators("argument");
  const v1::Cycle cycle = fixture_.Give(request).AnswerAs<v1::ScheduleCycleResponse>().cycle();
  AdvanceTo("2026-08-31");
  fixture_.Give(Summarized(cycle, Numbers(20)));
  fixture_.Give(Summarized(cycle, Numbers(20), "argument"));
  Bring(cycle, v1::CYCLE_STATE_CLOSED);
  fixture_.Give(Summarized(cycle, Numbers(20, -0.2, 0.3)));
  fixture_.Give(Summarized(cycle, Numbers(20, -0.2, 0.3), "argument"));
  EXPECT_THAT(NamesOf(fixture_.Give(Summarized(cycle, Numbers(20)))),
              ElementsAre("CycleEvidenceTaken", "ConditionCleared"));
  EXPECT_TRUE(Now(cycle).flagged());
  EXPECT_THAT(NamesOf(fixture_.Give(Summarized(cycle, Numbers(20), "argument"))),
              ElementsAre("CycleEvidenceTaken", "CycleUnflagged", "ConditionCleared"));
  EXPECT_FALSE(Now(cycle).flagged());
}

TEST_F(EvidenceFactsTest, ClosedCycleOpensNoReview) {
  const v1::Cycle cycle = Closed();
  EXPECT_THAT(NamesOf(fixture_.Give(Moved(cycle, TRIGGER_OFF_TRACK, true))), IsEmpty());
}

TEST(Triggers, EachSaysWhatItDoesAndWhy) {
  const auto& triggers = *common::v1::Trigger_descriptor();
  for (int i = 1; i < triggers.value_count(); ++i) {
    const auto& effect = EffectOf(static_cast<common::v1::Trigger>(triggers.value(i)->number()));
    EXPECT_TRUE(effect.opens_review() || effect.raises_alert()) << triggers.value(i)->name();
    // The rule itself says why.
    const bool by_case = triggers.value(i)->number() == common::v1::TRIGGER_OVERDUE ||
                         triggers.value(i)->number() == common::v1::TRIGGER_CADENCE ||
                         triggers.value(i)->number() == common::v1::TRIGGER_COHERENCE_FELL;
    EXPECT_EQ(effect.reason().empty(), by_case) << triggers.value(i)->name();
  }
  EXPECT_FALSE(EffectOf(static_cast<common::v1::Trigger>(99)).raises_alert());
}

}  // namespace
}  // namespace throughline::cycles
