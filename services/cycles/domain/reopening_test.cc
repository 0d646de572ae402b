#include "cycles/domain/reopening.h"

#include "cycles/domain/practices/practices_fixture.h"

namespace throughline::cycles {
namespace {

using common::v1::ROLE_DISTRICT_ADMINISTRATOR;
using common::v1::ROLE_DISTRICT_LEADER;
using common::v1::ROLE_SCHOOL_LEADER;
using common::v1::ROLE_TEAM_MEMBER;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::IsNull;
using testing::NotNull;

class ReopeningTest : public PracticesFixture {
 protected:
  static common::v1::Caller By(const std::string& subject, common::v1::Role role) {
    common::v1::Caller caller;
    caller.set_subject(subject);
    caller.set_role(role);
    return caller;
  }
  static v1::ReopenPhaseRequest ReopenRequest(const v1::Cycle& cycle, v1::CycleState phase) {
    auto request = For<v1::ReopenPhaseRequest>(cycle);
    request.set_phase(phase);
    request.set_reason("It was ended by mistake.");
    return request;
  }
  Outcome Reopen(const v1::Cycle& cycle, v1::CycleState phase) {
    return fixture_.Give(ReopenRequest(cycle, phase));
  }
  Outcome ReopenBy(const v1::Cycle& cycle, v1::CycleState phase, const std::string& subject,
                   common::v1::Role role) {
    auto request = ReopenRequest(cycle, phase);
    *request.mutable_caller() = By(subject, role);
    return fixture_.Give(request);
  }
  Outcome EndBy(const v1::Cycle& cycle, v1::CycleState phase, const std::string& subject) {
    auto request = EndRequest(cycle, phase);
    *request.mutable_caller() = By(subject, ROLE_TEAM_MEMBER);
    return fixture_.Give(request);
  }
  // A cycle of team t that is in design, since `subject` ended analyze.
  v1::Cycle InDesignBy(const std::string& subject) {
    const v1::Cycle cycle = Schedule("t", "2026-08-31");
    AdvanceTo("2026-08-31");
    fixture_.Give(AnalysisRequest(cycle));
    EXPECT_EQ(ReasonOf(EndBy(cycle, v1::CYCLE_STATE_ANALYZE, subject)), "");
    return cycle;
  }
  // Closed on its 14th day, with what is known of it.
  v1::Cycle Closed(v1::NextStep step = v1::NEXT_STEP_ADOPT) {
    PublishPractice("tps", "Think, pair, share");
    const v1::Cycle cycle = Trying({"tps"});
    AdvanceTo("2026-09-21");
    fixture_.Give(Summarized(cycle, Numbers(20)));
    Bring(cycle, v1::CYCLE_STATE_REFINE);
    Conclude(cycle, step);
    return cycle;
  }
  void Conclude(const v1::Cycle& cycle, v1::NextStep step) {
    auto refinement = RefinementRequest(cycle);
    refinement.mutable_refinement()->set_next_step(step);
    ASSERT_EQ(ReasonOf(fixture_.Give(refinement)), "");
    ASSERT_EQ(ReasonOf(End(cycle, v1::CYCLE_STATE_REFINE)), "");
  }
  const v1::CycleOutcome* Came(const v1::Cycle& cycle) {
    return fixture_.state().Find(kOutcomes, JoinKey("d", cycle.cycle(), kIndicator));
  }
  std::vector<std::string> GatheredForReview() {
    const auto* row = fixture_.state().Find(kSchoolReviews, "d/s");
    return {row->closed().begin(), row->closed().end()};
  }
};

TEST_F(ReopeningTest, ThePhaseThatEndedLastIsOpenAgain) {
  const v1::Cycle cycle = InDesignBy("ann");
  const Outcome reopened = Reopen(cycle, v1::CYCLE_STATE_ANALYZE);
  ASSERT_EQ(ReasonOf(reopened), "");
  EXPECT_THAT(NamesOf(reopened), ElementsAre("PhaseReopened"));
  EXPECT_EQ(Now(cycle).state(), v1::CYCLE_STATE_ANALYZE);
  EXPECT_EQ(Now(cycle).version(), 5);
  EXPECT_EQ(reopened.First<v1::PhaseReopened>()->reason(), "It was ended by mistake.");
  EXPECT_EQ(reopened.First<v1::PhaseReopened>()->before(), v1::CYCLE_STATE_DESIGN);
  EXPECT_TRUE(Now(cycle).artefacts().has_analysis()) << "what was recorded stays";
}

TEST_F(ReopeningTest, NoOtherPhaseIs) {
  const v1::Cycle cycle = Schedule("t", "2026-08-31");
  EXPECT_EQ(ReasonOf(Reopen(cycle, v1::CYCLE_STATE_ANALYZE)), "PHASE_NOT_ENDED");
  AdvanceTo("2026-08-31");
  EXPECT_EQ(ReasonOf(Reopen(cycle, v1::CYCLE_STATE_ANALYZE)), "PHASE_NOT_ENDED");
  Bring(cycle, v1::CYCLE_STATE_IMPLEMENT);
  EXPECT_EQ(ReasonOf(Reopen(cycle, v1::CYCLE_STATE_ANALYZE)), "PHASE_NOT_ENDED");
  EXPECT_EQ(ReasonOf(Reopen(cycle, v1::CYCLE_STATE_IMPLEMENT)), "PHASE_NOT_ENDED");
  auto cancel = For<v1::CancelCycleRequest>(cycle);
  cancel.set_reason("the team is ill");
  fixture_.Give(cancel);
  EXPECT_EQ(ReasonOf(Reopen(cycle, v1::CYCLE_STATE_DESIGN)), "CYCLE_OVER");
}

TEST_F(ReopeningTest, NeedsAReason) {
  const v1::Cycle cycle = InDesignBy("ann");
  auto request = ReopenRequest(cycle, v1::CYCLE_STATE_ANALYZE);
  request.clear_reason();
  EXPECT_EQ(ReasonOf(fixture_.Give(request)), "REASON_MISSING");
  request.set_reason(std::string(2001, 'x'));
  EXPECT_EQ(ReasonOf(fixture_.Give(request)), "TEXT_TOO_LONG");
}

TEST_F(ReopeningTest, IsForWhoEndedItAndForLeaders) {
  const v1::Cycle cycle = InDesignBy("ann");
  const auto as = [&](const std::string& subject, common::v1::Role role) {
    return ReasonOf(ReopenBy(cycle, v1::CYCLE_STATE_ANALYZE, subject, role));
  };
  EXPECT_EQ(as("bob", ROLE_TEAM_MEMBER), "NOT_YOURS_TO_REOPEN");
  EXPECT_EQ(as("ann", ROLE_TEAM_MEMBER), "");
  EXPECT_EQ(as("ann", ROLE_TEAM_MEMBER), "PHASE_NOT_ENDED");
  for (const auto role : {ROLE_SCHOOL_LEADER, ROLE_DISTRICT_LEADER, ROLE_DISTRICT_ADMINISTRATOR}) {
    EndBy(cycle, v1::CYCLE_STATE_ANALYZE, "ann");
    EXPECT_EQ(as("lee", role), "");
  }
}

TEST_F(ReopeningTest, OfWhatNobodyIsKnownToHaveEndedItIsForLeaders) {
  const v1::Cycle cycle = Schedule("t", "2026-08-31");
  AdvanceTo("2026-08-31");
  Bring(cycle, v1::CYCLE_STATE_DESIGN);
  EXPECT_EQ(ReasonOf(ReopenBy(cycle, v1::CYCLE_STATE_ANALYZE, "ann", ROLE_TEAM_MEMBER)),
            "NOT_YOURS_TO_REOPEN");
  EXPECT_EQ(ReasonOf(ReopenBy(cycle, v1::CYCLE_STATE_ANALYZE, "lee", ROLE_SCHOOL_LEADER)), "");
}

TEST_F(ReopeningTest, EachPhaseRemembersWhoEndedIt) {
  const v1::Cycle cycle = InDesignBy("ann");
  fixture_.Give(DesignRequest(cycle, 0.4));
  EndBy(cycle, v1::CYCLE_STATE_DESIGN, "bob");
  EXPECT_EQ(ReasonOf(ReopenBy(cycle, v1::CYCLE_STATE_DESIGN, "ann", ROLE_TEAM_MEMBER)),
            "NOT_YOURS_TO_REOPEN");
  EXPECT_EQ(ReasonOf(ReopenBy(cycle, v1::CYCLE_STATE_DESIGN, "bob", ROLE_TEAM_MEMBER)), "");
  EXPECT_EQ(ReasonOf(ReopenBy(cycle, v1::CYCLE_STATE_ANALYZE, "ann", ROLE_TEAM_MEMBER)), "");
}

TEST_F(ReopeningTest, UntilTheDueDayHasPassed) {
  const v1::Cycle cycle = InDesignBy("ann");
  AdvanceTo("2026-09-02");
  EXPECT_EQ(ReasonOf(Reopen(cycle, v1::CYCLE_STATE_ANALYZE)), "REOPENING_TOO_LATE");
  Bring(cycle, v1::CYCLE_STATE_IMPLEMENT);
  fixture_.AdvanceTo(MidnightOf("2026-09-05") - std::chrono::minutes(1));
  EXPECT_EQ(ReasonOf(Reopen(cycle, v1::CYCLE_STATE_DESIGN)), "");
}

TEST_F(ReopeningTest, ItIsOverdueAgainWhenNobodyEndsIt) {
  const v1::Cycle cycle = InDesignBy("ann");
  ASSERT_EQ(ReasonOf(Reopen(cycle, v1::CYCLE_STATE_ANALYZE)), "");
  const Outcome later = AdvanceTo("2026-09-03");
  const auto* overdue = later.First<v1::ConditionRaised>();
  ASSERT_THAT(overdue, NotNull());
  EXPECT_EQ(overdue->condition().phase(), v1::CYCLE_STATE_ANALYZE);
}

TEST_F(ReopeningTest, OfTheDesignTakesBackWhatItBegan) {
  PublishPractice("tps", "Think, pair, share");
  const v1::Cycle cycle = Trying({"tps", "exit tickets"});
  ASSERT_EQ(Adopted("tps").state(), v1::ADOPTION_STATE_BEGUN);
  ASSERT_EQ(ReasonOf(Reopen(cycle, v1::CYCLE_STATE_DESIGN)), "");
  EXPECT_EQ(Adopted("tps").state(), v1::ADOPTION_STATE_WITHDRAWN);
  ASSERT_EQ(ReasonOf(End(cycle, v1::CYCLE_STATE_DESIGN)), "");
  EXPECT_EQ(Adopted("tps").state(), v1::ADOPTION_STATE_BEGUN);
}

TEST_F(ReopeningTest, OfTheDesignReturnsWhatWasTakenUpBefore) {
  const v1::Cycle first = Closed(v1::NEXT_STEP_ABANDON);
  ASSERT_EQ(Adopted("tps").state(), v1::ADOPTION_STATE_ABANDONED);
  const v1::Adoption before = Adopted("tps");
  const v1::Cycle second = Current("t");
  AdvanceTo(second.start());
  Bring(second, v1::CYCLE_STATE_DESIGN);
  fixture_.Give(DesignOf(second, {"tps"}));
  End(second, v1::CYCLE_STATE_DESIGN);
  ASSERT_EQ(Adopted("tps").state(), v1::ADOPTION_STATE_BEGUN);
  ASSERT_EQ(ReasonOf(Reopen(second, v1::CYCLE_STATE_DESIGN)), "");
  EXPECT_EQ(Adopted("tps").state(), v1::ADOPTION_STATE_ABANDONED);
  EXPECT_EQ(Adopted("tps").latest_cycle(), first.cycle());
  EXPECT_EQ(Adopted("tps").begun_on(), before.begun_on());
}

TEST_F(ReopeningTest, WhatLooksSawIsKnownAgainWithTheDesign) {
  PublishPractice("tps", "Think, pair, share");
  const v1::Cycle cycle = Trying({"tps"});
  v1::RecordLookRequest look = LookRequest(cycle, "2026-09-02");
  v1::ComponentsSeen& seen = *look.mutable_look()->add_components_seen();
  seen.set_practice("tps");
  seen.add_components("think");
  ASSERT_EQ(ReasonOf(fixture_.Give(look)), "");
  ASSERT_EQ(Adopted("tps").fidelity().done(), 1);
  Reopen(cycle, v1::CYCLE_STATE_DESIGN);
  End(cycle, v1::CYCLE_STATE_DESIGN);
  EXPECT_EQ(Adopted("tps").fidelity().done(), 1);
}

TEST_F(ReopeningTest, OfAClosedCycleWithdrawsWhatWasConcluded) {
  const v1::Cycle cycle = Closed();
  const v1::Cycle next = Current("t");
  ASSERT_EQ(next.number(), 2);
  ASSERT_THAT(Came(cycle), NotNull());
  ASSERT_THAT(GatheredForReview(), ElementsAre(cycle.cycle()));
  ASSERT_EQ(Adopted("tps").state(), v1::ADOPTION_STATE_ADOPTED);

  const Outcome reopened = Reopen(cycle, v1::CYCLE_STATE_REFINE);
  ASSERT_EQ(ReasonOf(reopened), "");
  EXPECT_THAT(NamesOf(reopened), ElementsAre("CycleCancelled", "PhaseReopened"));
  EXPECT_EQ(Now(cycle).state(), v1::CYCLE_STATE_REFINE);
  EXPECT_THAT(Now(cycle).impacts(), IsEmpty());
  EXPECT_EQ(Current("t").cycle(), cycle.cycle());
  EXPECT_EQ(Now(next).state(), v1::CYCLE_STATE_CANCELLED);
  EXPECT_EQ(Now(next).cancel_reason(), "the cycle before it was reopened");
  EXPECT_THAT(Came(cycle), IsNull());
  EXPECT_THAT(GatheredForReview(), IsEmpty());
  EXPECT_EQ(Adopted("tps").state(), v1::ADOPTION_STATE_BEGUN);
}

TEST_F(ReopeningTest, AClosedCycleIsClosedAnew) {
  const v1::Cycle cycle = Closed();
  Reopen(cycle, v1::CYCLE_STATE_REFINE);
  Conclude(cycle, v1::NEXT_STEP_ABANDON);
  EXPECT_EQ(Now(cycle).state(), v1::CYCLE_STATE_CLOSED);
  EXPECT_EQ(Now(cycle).impacts_size(), 1);
  EXPECT_EQ(Adopted("tps").state(), v1::ADOPTION_STATE_ABANDONED);
  EXPECT_THAT(Came(cycle), NotNull());
  EXPECT_THAT(GatheredForReview(), ElementsAre(cycle.cycle()));
  EXPECT_EQ(Current("t").number(), 3) << "a number that was given away stays with its cycle";
  EXPECT_EQ(Current("t").state(), v1::CYCLE_STATE_SCHEDULED);
}

TEST_F(ReopeningTest, WhatRevisedAnImpactThatIsWithdrawnHoldsNoLonger) {
  const v1::Cycle cycle = Closed();
  fixture_.Give(Summarized(cycle, Numbers(20, -1.2, -0.8)));
  ASSERT_TRUE(Now(cycle).flagged());
  const Outcome reopened = Reopen(cycle, v1::CYCLE_STATE_REFINE);
  EXPECT_THAT(NamesOf(reopened), Contains("ConditionCleared"));
  EXPECT_FALSE(Now(cycle).flagged());
}

TEST_F(ReopeningTest, NotOnceALaterCycleHasBegun) {
  const v1::Cycle cycle = Schedule("t", "2026-08-31");
  AdvanceTo("2026-08-31");
  Bring(cycle, v1::CYCLE_STATE_CLOSED);
  auto cancel = For<v1::CancelCycleRequest>(Current("t"));
  cancel.set_reason("it begins earlier");
  fixture_.Give(cancel);
  const v1::Cycle next = Schedule("t", "2026-09-02");
  EXPECT_EQ(ReasonOf(ReopenBy(cycle, v1::CYCLE_STATE_REFINE, "lee", ROLE_SCHOOL_LEADER)), "");
  Bring(cycle, v1::CYCLE_STATE_CLOSED);
  EXPECT_EQ(Now(next).state(), v1::CYCLE_STATE_CANCELLED);
  cancel.set_cycle(Current("t").cycle());
  fixture_.Give(cancel);
  Schedule("t", "2026-09-02");
  AdvanceTo("2026-09-02");
  EXPECT_EQ(ReasonOf(Reopen(cycle, v1::CYCLE_STATE_REFINE)), "NEXT_CYCLE_BEGUN");
}

TEST_F(ReopeningTest, NotOfATeamThatWorksNoLonger) {
  const v1::Cycle cycle = Closed();
  SetTeam("t", false, 2);
  EXPECT_EQ(ReasonOf(Reopen(cycle, v1::CYCLE_STATE_REFINE)), "TEAM_INACTIVE");
}

TEST_F(ReopeningTest, EvidenceIsLookedForAgainBeforeImplementEnds) {
  const v1::Cycle cycle = Trying({"tps"});
  Bring(cycle, v1::CYCLE_STATE_CLOSED);
  ASSERT_EQ(ReasonOf(Reopen(cycle, v1::CYCLE_STATE_REFINE)), "");
  ASSERT_EQ(ReasonOf(Reopen(cycle, v1::CYCLE_STATE_IMPLEMENT)), "");
  EXPECT_THAT(AdvanceTo("2026-09-13").First<v1::ConditionRaised>(), IsNull());
  const Outcome later = AdvanceTo("2026-09-14");
  const auto* missing = later.First<v1::ConditionRaised>();
  ASSERT_THAT(missing, NotNull());
  EXPECT_EQ(missing->condition().trigger(), common::v1::TRIGGER_EVIDENCE_MISSING);
}

TEST_F(ReopeningTest, EvidenceThatIsMissingStillIsSaidAgain) {
  const v1::Cycle cycle = Trying({"tps"});
  AdvanceTo("2026-09-15");
  Bring(cycle, v1::CYCLE_STATE_CLOSED);
  Reopen(cycle, v1::CYCLE_STATE_REFINE);
  const Outcome again = AdvanceTo("2026-09-16");
  ASSERT_THAT(again.First<v1::ConditionRaised>(), NotNull());
  EXPECT_EQ(again.First<v1::ConditionRaised>()->condition().trigger(),
            common::v1::TRIGGER_EVIDENCE_MISSING);
}

TEST_F(ReopeningTest, PeopleWhomIssuersCallTheSameAreTwo) {
  const v1::Cycle cycle = Schedule("t", "2026-08-31");
  AdvanceTo("2026-08-31");
  fixture_.Give(AnalysisRequest(cycle));
  auto end = EndRequest(cycle, v1::CYCLE_STATE_ANALYZE);
  *end.mutable_caller() = By("ann", ROLE_TEAM_MEMBER);
  end.mutable_caller()->set_issuer("https://district.example");
  fixture_.Give(end);
  auto reopen = ReopenRequest(cycle, v1::CYCLE_STATE_ANALYZE);
  *reopen.mutable_caller() = By("ann", ROLE_TEAM_MEMBER);
  reopen.mutable_caller()->set_issuer("https://vendor.example");
  EXPECT_EQ(ReasonOf(fixture_.Give(reopen)), "NOT_YOURS_TO_REOPEN");
  reopen.mutable_caller()->set_issuer("https://district.example");
  EXPECT_EQ(ReasonOf(fixture_.Give(reopen)), "");
}

TEST_F(ReopeningTest, WhatASchoolReviewGatheredIsNotGatheredAgain) {
  auto district = DefaultDistrict();
  district.mutable_policy()->set_cycles_per_school_review(1);
  district.set_version(2);
  Adopt(district);
  Schedule("t", "2026-08-31");
  const v1::Cycle cycle = Schedule("u", "2026-09-14");
  AdvanceTo("2026-09-15");
  Bring(cycle, v1::CYCLE_STATE_CLOSED);
  const Outcome reviewed = AdvanceTo("2026-09-23");  // 15 days from 08-31 on are over
  ASSERT_THAT(reviewed.First<v1::ReviewOpened>(), NotNull());
  EXPECT_THAT(reviewed.First<v1::ReviewOpened>()->review().findings().cycles(),
              ElementsAre(cycle.cycle()));
  ASSERT_EQ(ReasonOf(Reopen(cycle, v1::CYCLE_STATE_REFINE)), "");
  ASSERT_EQ(ReasonOf(End(cycle, v1::CYCLE_STATE_REFINE)), "");
  EXPECT_THAT(GatheredForReview(), IsEmpty());
}

TEST_F(ReopeningTest, ACycleThatWaitsForTermsWaitsNoLonger) {
  plans::v1::District short_year = DefaultDistrict();
  short_year.mutable_calendar()->mutable_terms(0)->set_last("2026-09-30");
  short_year.set_version(2);
  Adopt(short_year);
  const v1::Cycle cycle = Closed();
  ASSERT_TRUE(fixture_.state().Find(kTeamCycles, "d/s/t")->has_waiting());
  ASSERT_EQ(ReasonOf(Reopen(cycle, v1::CYCLE_STATE_REFINE)), "");
  EXPECT_FALSE(fixture_.state().Find(kTeamCycles, "d/s/t")->has_waiting());
}

}  // namespace
}  // namespace throughline::cycles
