#include "cycles/domain/practices/adoption.h"

#include "cycles/domain/practices/practices_fixture.h"

namespace throughline::cycles {
namespace {

using testing::IsEmpty;
using testing::NotNull;

class AdoptionTest : public PracticesFixture {
 protected:
  AdoptionTest() { PublishPractice("tps", "Think, pair, share"); }

  // In refine, on the cycle's 14th day.
  v1::Cycle Refining(const std::vector<std::string>& practices) {
    const v1::Cycle cycle = Trying(practices);
    AdvanceTo("2026-09-21");
    Bring(cycle, v1::CYCLE_STATE_REFINE);
    return cycle;
  }
  void Close(const v1::Cycle& cycle, const v1::RecordRefinementRequest& request) {
    ASSERT_EQ(ReasonOf(fixture_.Give(request)), "");
    ASSERT_EQ(ReasonOf(End(cycle, v1::CYCLE_STATE_REFINE)), "");
  }
  static v1::RecordLookRequest Look(const v1::Cycle& cycle, const std::string& practice,
                                    const std::vector<std::string>& components) {
    v1::RecordLookRequest request = LookRequest(cycle, "2026-09-02");
    v1::ComponentsSeen& seen = *request.mutable_look()->add_components_seen();
    seen.set_practice(practice);
    seen.mutable_components()->Assign(components.begin(), components.end());
    return request;
  }
  static v1::RecordRefinementRequest Deciding(const v1::Cycle& cycle, const std::string& practice,
                                              v1::NextStep step, const std::string& changed = "") {
    v1::RecordRefinementRequest request = RefinementRequest(cycle);
    v1::PracticeDecision& decision = *request.mutable_refinement()->add_practice_decisions();
    decision.set_practice(practice);
    decision.set_decision(step);
    decision.set_what_changed(changed);
    return request;
  }
};

TEST_F(AdoptionTest, BeginsWhenTheDesignIsDone) {
  const v1::Cycle cycle = Schedule("t", "2026-08-31");
  AdvanceTo("2026-09-02");
  Bring(cycle, v1::CYCLE_STATE_DESIGN);
  fixture_.Give(DesignOf(cycle, {"think, pair, share"}));
  EXPECT_EQ(Adopted("tps").state(), v1::ADOPTION_STATE_UNSPECIFIED);
  const Outcome done = End(cycle, v1::CYCLE_STATE_DESIGN);
  EXPECT_EQ(Adopted("tps").state(), v1::ADOPTION_STATE_BEGUN);
  EXPECT_EQ(Adopted("tps").begun_on(), "2026-09-02");
  EXPECT_EQ(Adopted("tps").begun_in(), cycle.cycle());
  EXPECT_EQ(Adopted("tps").name(), "think, pair, share");
  EXPECT_THAT(done.First<v1::AdoptionNoted>(), NotNull()) << "the district knows of it";
}

TEST_F(AdoptionTest, MaySayFromWhichTeam) {
  const v1::Cycle cycle = Schedule("t", "2026-08-31");
  AdvanceTo("2026-09-02");
  Bring(cycle, v1::CYCLE_STATE_DESIGN);
  auto request = DesignOf(cycle, {"tps"});
  v1::PracticeSource& source = *request.mutable_design()->add_practice_sources();
  source.set_practice("Think, pair, share");
  EXPECT_EQ(ReasonOf(fixture_.Give(request)), "SOURCE_TEAM_MISSING");
  source.set_from_team("t");
  EXPECT_EQ(ReasonOf(fixture_.Give(request)), "SOURCE_IS_ITSELF");
  source.set_from_team("u");
  EXPECT_EQ(ReasonOf(fixture_.Give(request)), "");
  End(cycle, v1::CYCLE_STATE_DESIGN);
  EXPECT_EQ(Adopted("tps").from_school(), "s");
  EXPECT_EQ(Adopted("tps").from_team(), "u");
}

TEST_F(AdoptionTest, ASourceIsOfAPracticeOfTheDesign) {
  const v1::Cycle cycle = Schedule("t", "2026-08-31");
  AdvanceTo("2026-09-02");
  Bring(cycle, v1::CYCLE_STATE_DESIGN);
  auto request = DesignOf(cycle, {"tps"});
  v1::PracticeSource& source = *request.mutable_design()->add_practice_sources();
  source.set_practice("cold call");
  source.set_from_team("u");
  EXPECT_EQ(ReasonOf(fixture_.Give(request)), "PRACTICE_NOT_OF_DESIGN");
  source.set_practice("tps");
  *request.mutable_design()->add_practice_sources() = source;
  EXPECT_EQ(ReasonOf(fixture_.Give(request)), "PRACTICE_TWICE");
}

TEST_F(AdoptionTest, IsDecidedWhenTheCycleCloses) {
  for (const auto& [step, state] :
       {std::pair(v1::NEXT_STEP_ADOPT, v1::ADOPTION_STATE_ADOPTED),
        std::pair(v1::NEXT_STEP_ADAPT, v1::ADOPTION_STATE_ADAPTED),
        std::pair(v1::NEXT_STEP_ABANDON, v1::ADOPTION_STATE_ABANDONED)}) {
    const v1::Cycle cycle = step == v1::NEXT_STEP_ADOPT ? Refining({"tps"}) : Current("t");
    if (step != v1::NEXT_STEP_ADOPT) {
      fixture_.AdvanceTo(MorningOf(cycle.start()) + std::chrono::hours(4));
      Bring(cycle, v1::CYCLE_STATE_DESIGN);
      fixture_.Give(DesignOf(cycle, {"tps"}));
      End(cycle, v1::CYCLE_STATE_DESIGN);
      Bring(cycle, v1::CYCLE_STATE_REFINE);
    }
    auto request = RefinementRequest(cycle);
    request.mutable_refinement()->set_next_step(step);
    Close(cycle, request);
    EXPECT_EQ(Adopted("tps").state(), state);
    EXPECT_EQ(Adopted("tps").latest_cycle(), cycle.cycle());
    EXPECT_EQ(Adopted("tps").begun_on(), "2026-09-02");
  }
}

TEST_F(AdoptionTest, EachPracticeMayBeDecidedOnByItself) {
  PublishPractice("cold", "Cold call");
  const v1::Cycle cycle = Refining({"tps", "cold"});
  EXPECT_EQ(ReasonOf(fixture_.Give(Deciding(cycle, "cold call", v1::NEXT_STEP_ADAPT))),
            "WHAT_CHANGED_MISSING");
  EXPECT_EQ(ReasonOf(fixture_.Give(Deciding(cycle, "cold", v1::NEXT_STEP_UNSPECIFIED))),
            "DECISION_MISSING");
  EXPECT_EQ(ReasonOf(fixture_.Give(Deciding(cycle, "other", v1::NEXT_STEP_ADOPT))),
            "PRACTICE_NOT_OF_DESIGN");
  Close(cycle, Deciding(cycle, "cold call", v1::NEXT_STEP_ADAPT, "Names are drawn by lot."));
  EXPECT_EQ(Adopted("tps").state(), v1::ADOPTION_STATE_ADOPTED);
  EXPECT_EQ(Adopted("cold").state(), v1::ADOPTION_STATE_ADAPTED);
  EXPECT_EQ(Adopted("cold").what_changed(), "Names are drawn by lot.");
}

TEST_F(AdoptionTest, FidelityIsCriticalComponentsSeenOfThosePlanned) {
  const v1::Cycle cycle = Trying({"tps"});
  fixture_.Give(Look(cycle, "TPS", {"think", "share"}));
  EXPECT_EQ(Adopted("tps").fidelity().planned(), 2);
  EXPECT_EQ(Adopted("tps").fidelity().done(), 1);
  fixture_.Give(Look(cycle, "tps", {"think", "pair"}));
  EXPECT_EQ(Adopted("tps").fidelity().looks(), 2);
  EXPECT_DOUBLE_EQ(Adopted("tps").fidelity().share(), 0.75);
  auto silent = LookRequest(cycle, "2026-09-02");
  silent.mutable_look()->set_observation("Nobody looked at the practice.");
  fixture_.Give(silent);
  EXPECT_EQ(Adopted("tps").fidelity().looks(), 2) << "a look that says nothing counts for nothing";
}

TEST_F(AdoptionTest, ALookNamesPracticesOfTheDesignAndTheirComponents) {
  const v1::Cycle cycle = Trying({"tps", "Something new"});
  EXPECT_EQ(ReasonOf(fixture_.Give(Look(cycle, "cold call", {}))), "PRACTICE_NOT_OF_DESIGN");
  EXPECT_EQ(ReasonOf(fixture_.Give(Look(cycle, "tps", {"think", "dance"}))), "COMPONENT_UNKNOWN");
  EXPECT_EQ(ReasonOf(fixture_.Give(Look(cycle, "tps", {"think", "think"}))), "COMPONENT_TWICE");
  EXPECT_EQ(ReasonOf(fixture_.Give(Look(cycle, "Something new", {"think"}))), "COMPONENT_UNKNOWN");
  EXPECT_THAT(Adopted("tps").has_fidelity(), false);
}

TEST_F(AdoptionTest, IsWithdrawnWithTheCycleThatBeganIt) {
  const v1::Cycle cycle = Trying({"tps"});
  auto cancel = For<v1::CancelCycleRequest>(cycle);
  cancel.set_reason("The team is split.");
  fixture_.Give(cancel);
  EXPECT_EQ(Adopted("tps").state(), v1::ADOPTION_STATE_WITHDRAWN);
}

TEST_F(AdoptionTest, IsAsItWasBeforeTheCycleThatIsGivenUp) {
  const v1::Cycle first = Refining({"tps"});
  Close(first, Deciding(first, "tps", v1::NEXT_STEP_ABANDON));
  const v1::Cycle second = Current("t");
  AdvanceTo(second.start());
  Bring(second, v1::CYCLE_STATE_DESIGN);
  fixture_.Give(DesignOf(second, {"tps"}));
  End(second, v1::CYCLE_STATE_DESIGN);
  ASSERT_EQ(Adopted("tps").state(), v1::ADOPTION_STATE_BEGUN);
  auto cancel = For<v1::CancelCycleRequest>(second);
  cancel.set_reason("the team is ill");
  fixture_.Give(cancel);
  EXPECT_EQ(Adopted("tps").state(), v1::ADOPTION_STATE_ABANDONED);
  EXPECT_EQ(Adopted("tps").latest_cycle(), first.cycle());
}

TEST_F(AdoptionTest, StaysWithACycleThatIsGivenUpOnceSomebodyLooked) {
  const v1::Cycle cycle = Trying({"tps"});
  fixture_.Give(Look(cycle, "tps", {"think"}));
  auto cancel = For<v1::CancelCycleRequest>(cycle);
  cancel.set_reason("the team is ill");
  fixture_.Give(cancel);
  EXPECT_EQ(Adopted("tps").state(), v1::ADOPTION_STATE_BEGUN);
}

TEST_F(AdoptionTest, IsAskedAboutSixMonthsAfterItBegan) {
  const v1::Cycle cycle = Refining({"tps"});
  Close(cycle, RefinementRequest(cycle));
  EXPECT_EQ(Adopted("tps").maintenance_due(), "2027-03-02");
  AdvanceTo("2027-03-01");
  EXPECT_EQ(Adopted("tps").maintenance(), v1::MAINTENANCE_UNSPECIFIED);
  AdvanceTo("2027-03-02");
  EXPECT_EQ(Adopted("tps").maintenance(), v1::MAINTENANCE_STILL_IN_USE)
      << "the last design of the team names it";
}

TEST_F(AdoptionTest, IsNoLongerInUseWhenTheLastDesignDoesNotNameIt) {
  const v1::Cycle first = Refining({"tps"});
  Close(first, RefinementRequest(first));
  const v1::Cycle second = Current("t");
  fixture_.AdvanceTo(MorningOf(second.start()));
  Bring(second, v1::CYCLE_STATE_DESIGN);
  fixture_.Give(DesignOf(second, {"Cold call"}));
  AdvanceTo("2027-03-02");
  EXPECT_EQ(Adopted("tps").maintenance(), v1::MAINTENANCE_NO_LONGER);
}

TEST_F(AdoptionTest, CountsForThePracticeThatItsNameIsMergedInto) {
  const v1::Cycle cycle = Refining({"Turn and talk"});
  Close(cycle, RefinementRequest(cycle));
  const std::string draft = PracticeIdOf("turn and talk");
  EXPECT_EQ(Adopted(draft).state(), v1::ADOPTION_STATE_ADOPTED);
  fixture_.Give(MergeRequest(draft, "tps"));
  EXPECT_EQ(Adopted(draft).state(), v1::ADOPTION_STATE_UNSPECIFIED);
  EXPECT_EQ(Adopted("tps").state(), v1::ADOPTION_STATE_ADOPTED);
  EXPECT_EQ(Adopted("tps").name(), "Turn and talk");
  const auto* adopter = fixture_.state().Find(kAdopters, JoinKey("d", "tps", "s", "t"));
  ASSERT_THAT(adopter, NotNull());
  EXPECT_EQ(adopter->state(), v1::ADOPTION_STATE_ADOPTED);
  AdvanceTo("2027-03-02");
  EXPECT_EQ(Adopted("tps").maintenance(), v1::MAINTENANCE_STILL_IN_USE);
}

TEST_F(AdoptionTest, OfTwoPracticesThatAreOneIsOneBegunWhenTheEarlierWas) {
  const v1::Cycle first = Refining({"Turn and talk"});
  Close(first, RefinementRequest(first));
  const v1::Cycle second = Current("t");
  fixture_.AdvanceTo(MorningOf(second.start()));
  Bring(second, v1::CYCLE_STATE_DESIGN);
  fixture_.Give(DesignOf(second, {"tps"}));
  End(second, v1::CYCLE_STATE_DESIGN);
  fixture_.Give(MergeRequest(PracticeIdOf("turn and talk"), "tps"));
  EXPECT_EQ(Adopted("tps").begun_on(), "2026-09-02");
  EXPECT_EQ(Adopted("tps").latest_cycle(), second.cycle());
  EXPECT_EQ(Adopted("tps").state(), v1::ADOPTION_STATE_BEGUN);
}

TEST_F(AdoptionTest, IsInUseFromTheDesignOn) {
  Trying({"tps"});
  AdvanceTo("2026-09-03");
  EXPECT_EQ(Known("tps").standing(), v1::PRACTICE_STANDING_IN_USE);
  EXPECT_EQ(Known("tps").teams(), 1);
}

TEST_F(AdoptionTest, WhatATeamUsedInACycleStaysWhatItWas) {
  const v1::Cycle first = Refining({"tps"});
  Close(first, RefinementRequest(first));
  const v1::Cycle second = Current("t");
  fixture_.AdvanceTo(MorningOf(second.start()));
  Bring(second, v1::CYCLE_STATE_DESIGN);
  fixture_.Give(DesignOf(second, {"Cold call"}));
  End(second, v1::CYCLE_STATE_DESIGN);
  const std::string cold = PracticeIdOf("cold call");
  EXPECT_THAT(PracticesInUse(Now(first), fixture_.state()), testing::ElementsAre("tps"));
  EXPECT_THAT(PracticesInUse(Now(second), fixture_.state()),
              testing::UnorderedElementsAre("tps", cold))
      << "what was adopted before is in use still";
}

TEST_F(AdoptionTest, DecidingTheSameDeliveryAgainDecidesNothing) {
  Trying({"tps"});
  v1::AdoptionChanged again;
  *again.mutable_adoption() = Adopted("tps");
  EXPECT_THAT(fixture_.Give(again).events, IsEmpty());
}

}  // namespace
}  // namespace throughline::cycles
