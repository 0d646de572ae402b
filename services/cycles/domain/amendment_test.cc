#include "cycles/domain/amendment.h"

#include "cycles/domain/practices/practices_fixture.h"

namespace throughline::cycles {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::NotNull;

class AmendmentTest : public PracticesFixture {
 protected:
  static v1::AmendArtefactRequest OfAnalysis(const v1::Cycle& cycle, const std::string& challenge) {
    auto request = For<v1::AmendArtefactRequest>(cycle);
    *request.mutable_analysis() = AnalysisRequest(cycle).analysis();
    request.mutable_analysis()->set_challenge(challenge);
    request.mutable_caller()->set_subject("ann");
    request.mutable_caller()->set_role(common::v1::ROLE_TEAM_MEMBER);
    return request;
  }
  static v1::AmendArtefactRequest OfDesign(const v1::Cycle& cycle,
                                           const std::vector<std::string>& practices) {
    auto request = For<v1::AmendArtefactRequest>(cycle);
    *request.mutable_design() = DesignOf(cycle, practices).design();
    request.mutable_design()->clear_indicators();
    return request;
  }
  static v1::AmendArtefactRequest OfLook(const v1::Cycle& cycle, int number,
                                         const std::string& observation) {
    auto request = For<v1::AmendArtefactRequest>(cycle);
    *request.mutable_look() = LookRequest(cycle, cycle.start()).look();
    request.mutable_look()->set_observation(observation);
    request.set_look_number(number);
    return request;
  }
  v1::Cycle In(v1::CycleState phase) {
    const v1::Cycle cycle = Schedule("t", "2026-08-31");
    AdvanceTo("2026-08-31");
    Bring(cycle, phase);
    return cycle;
  }
};

TEST_F(AmendmentTest, ReplacesWhatWasRecordedAndSaysSo) {
  const v1::Cycle cycle = In(v1::CYCLE_STATE_IMPLEMENT);
  const Outcome amended = fixture_.Give(OfAnalysis(cycle, "They quote without a reason."));
  ASSERT_EQ(ReasonOf(amended), "");
  ASSERT_THAT(NamesOf(amended), ElementsAre("ArtefactsRecorded"));
  EXPECT_EQ(Now(cycle).artefacts().analysis().challenge(), "They quote without a reason.");
  EXPECT_EQ(Now(cycle).state(), v1::CYCLE_STATE_IMPLEMENT);
  ASSERT_EQ(Now(cycle).amendments_size(), 1);
  const v1::Amendment& said = Now(cycle).amendments(0);
  EXPECT_EQ(said.phase(), v1::CYCLE_STATE_ANALYZE);
  EXPECT_EQ(said.role(), common::v1::ROLE_TEAM_MEMBER);
  EXPECT_EQ(said.amended_at_ms(), core::ToMillis(MorningOf("2026-08-31")));
}

TEST_F(AmendmentTest, OfTheSameArtefactTheLastOneIsSaid) {
  const v1::Cycle cycle = In(v1::CYCLE_STATE_REFINE);
  fixture_.Give(OfLook(cycle, 1, "Two thirds cite a line."));
  fixture_.Give(OfAnalysis(cycle, "They quote without a reason."));
  AdvanceTo("2026-09-01");
  fixture_.Give(OfAnalysis(cycle, "They give no reason."));
  ASSERT_EQ(Now(cycle).amendments_size(), 2);
  EXPECT_EQ(Now(cycle).amendments(0).phase(), v1::CYCLE_STATE_ANALYZE);
  EXPECT_EQ(Now(cycle).amendments(0).amended_at_ms(), core::ToMillis(MorningOf("2026-09-01")));
  EXPECT_EQ(Now(cycle).amendments(1).look(), 1);
}

TEST_F(AmendmentTest, TheSameTextAgainIsNone) {
  const v1::Cycle cycle = In(v1::CYCLE_STATE_DESIGN);
  auto same = For<v1::AmendArtefactRequest>(cycle);
  *same.mutable_analysis() = Now(cycle).artefacts().analysis();
  EXPECT_THAT(fixture_.Give(same).events, IsEmpty());
  EXPECT_THAT(Now(cycle).amendments(), IsEmpty());
}

TEST_F(AmendmentTest, IsForPhasesThatAreOverAndCyclesThatAreNot) {
  const v1::Cycle cycle = In(v1::CYCLE_STATE_ANALYZE);
  EXPECT_EQ(ReasonOf(fixture_.Give(OfAnalysis(cycle, "x"))), "AMENDED_TOO_EARLY");
  EXPECT_EQ(ReasonOf(fixture_.Give(OfDesign(cycle, {"x"}))), "AMENDED_TOO_EARLY");
  EXPECT_EQ(ReasonOf(fixture_.Give(For<v1::AmendArtefactRequest>(cycle))), "NOTHING_SAID");
  Bring(cycle, v1::CYCLE_STATE_CLOSED);
  EXPECT_EQ(ReasonOf(fixture_.Give(OfAnalysis(cycle, "x"))), "CYCLE_OVER");
}

TEST_F(AmendmentTest, LeavesNothingOutThatThePhaseNeeded) {
  const v1::Cycle cycle = In(v1::CYCLE_STATE_REFINE);
  EXPECT_EQ(ReasonOf(fixture_.Give(OfAnalysis(cycle, ""))), "ARTEFACTS_MISSING");
  EXPECT_EQ(ReasonOf(fixture_.Give(OfDesign(cycle, {}))), "ARTEFACTS_MISSING");
  EXPECT_EQ(ReasonOf(fixture_.Give(OfLook(cycle, 1, ""))), "OBSERVATION_MISSING");
  EXPECT_EQ(ReasonOf(fixture_.Give(OfLook(cycle, 2, "x"))), "LOOK_UNKNOWN");
  EXPECT_EQ(ReasonOf(fixture_.Give(OfLook(cycle, 0, "x"))), "LOOK_UNKNOWN");
  EXPECT_EQ(ReasonOf(fixture_.Give(OfAnalysis(cycle, std::string(70'000, 'x')))), "TEXT_TOO_LONG");
}

TEST_F(AmendmentTest, APredictionStandsAsItWasMade) {
  const v1::Cycle cycle = In(v1::CYCLE_STATE_IMPLEMENT);
  auto request = OfDesign(cycle, {"text-dependent-questions"});
  *request.mutable_design()->mutable_indicators() = DesignRequest(cycle, 0.1).design().indicators();
  EXPECT_EQ(ReasonOf(fixture_.Give(request)), "PREDICTION_STANDS");
  *request.mutable_design()->mutable_indicators() = Now(cycle).artefacts().design().indicators();
  request.mutable_design()->set_so_that("they read for reasons");
  EXPECT_EQ(ReasonOf(fixture_.Give(request)), "");
  EXPECT_EQ(Now(cycle).indicators(0).predicted_effect(), 0.4);
}

TEST_F(AmendmentTest, OfTheDesignBeginsAndWithdrawsWhatIsTried) {
  PublishPractice("tps", "Think, pair, share");
  PublishPractice("exit", "Exit tickets");
  const v1::Cycle cycle = Trying({"tps"});
  ASSERT_EQ(ReasonOf(fixture_.Give(OfDesign(cycle, {"exit"}))), "");
  EXPECT_EQ(Adopted("tps").state(), v1::ADOPTION_STATE_WITHDRAWN);
  EXPECT_EQ(Adopted("exit").state(), v1::ADOPTION_STATE_BEGUN);
}

TEST_F(AmendmentTest, OfTheDesignKeepsThePracticesThatLooksSaw) {
  PublishPractice("tps", "Think, pair, share");
  const v1::Cycle cycle = Trying({"tps"});
  v1::RecordLookRequest look = LookRequest(cycle, "2026-09-02");
  v1::ComponentsSeen& seen = *look.mutable_look()->add_components_seen();
  seen.set_practice("tps");
  seen.add_components("think");
  fixture_.Give(look);
  EXPECT_EQ(ReasonOf(fixture_.Give(OfDesign(cycle, {"exit"}))), "PRACTICE_NOT_OF_DESIGN");
}

TEST_F(AmendmentTest, OfALookIsWhatFidelityRestsOn) {
  PublishPractice("tps", "Think, pair, share");
  const v1::Cycle cycle = Trying({"tps"});
  AdvanceTo("2026-09-17");
  Bring(cycle, v1::CYCLE_STATE_REFINE);
  auto request = OfLook(cycle, 1, "Everybody talked.");
  v1::ComponentsSeen& seen = *request.mutable_look()->add_components_seen();
  seen.set_practice("tps");
  seen.add_components("think");
  seen.add_components("pair");
  ASSERT_EQ(ReasonOf(fixture_.Give(request)), "");
  EXPECT_EQ(Adopted("tps").fidelity().share(), 1.0);
}

}  // namespace
}  // namespace throughline::cycles
