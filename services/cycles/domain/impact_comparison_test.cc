#include "cycles/domain/impact_comparison.h"

#include "cycles/domain/practices/outcomes_fixture.h"
#include "cycles/domain/practices/practices_fixture.h"

namespace throughline::cycles {
namespace {

using common::v1::TRIGGER_REVISED_EVIDENCE;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::IsNull;
using testing::NotNull;
using testing::SizeIs;

class ImpactComparisonTest : public PracticesFixture {
 protected:
  ImpactComparisonTest() { PublishPractice("tps", "Think, pair, share"); }

  // Thirty students of a cycle, each of whom changed by so much, as shown at that moment. By growth
  // the prediction of 0.4 is met.
  static evidence::v1::EvidenceSummarized Shown(const v1::Cycle& cycle, int64_t change,
                                                int64_t as_of_ms, int students = 30) {
    auto numbers = Numbers(students);
    numbers.set_rostered(students);
    numbers.set_basis(common::v1::BASIS_ABSOLUTE);
    numbers.mutable_shown()->set_basis(common::v1::BASIS_ABSOLUTE);
    numbers.mutable_shown()->set_as_of_ms(as_of_ms);
    auto summarized = Summarized(cycle, numbers);
    *summarized.mutable_shown_sums() = SumsOf(StudentsWhoChangedBy(change, students));
    return summarized;
  }
  // A cycle of team t that used these practices, closed on its 14th day.
  v1::Cycle Closed(const std::vector<std::string>& practices, int64_t change, int students = 30) {
    const v1::Cycle cycle = Trying(practices);
    AdvanceTo("2026-09-21");
    fixture_.Give(Shown(cycle, change, 1, students));
    Bring(cycle, v1::CYCLE_STATE_REFINE);
    auto refinement = RefinementRequest(cycle);
    refinement.mutable_refinement()->clear_promising_practices();
    fixture_.Give(refinement);
    EXPECT_EQ(ReasonOf(End(cycle, v1::CYCLE_STATE_REFINE)), "");
    return cycle;
  }
  // What other teams came to in the same window, who use these practices.
  void Report(const std::string& team, int64_t change, const std::vector<std::string>& used = {},
              int students = 30) {
    v1::OutcomeReported reported;
    *reported.mutable_outcome() = OutcomeOf("r", team, used, change, students);
    fixture_.Give(reported);
  }
  void Withdraw(const std::string& team) {
    v1::OutcomeReported reported;
    *reported.mutable_outcome() = OutcomeOf("r", team, {}, 0);
    reported.mutable_outcome()->set_withdrawn(true);
    fixture_.Give(reported);
  }
  void ReportOthers(int64_t change) {
    for (const char* team : {"x", "y", "z"}) Report(team, change);
  }
  // What is due is compared.
  Outcome Compare() { return fixture_.AdvanceTo(fixture_.now() + std::chrono::minutes(1)); }

  const v1::Impact& ImpactOf(const v1::Cycle& cycle) { return Now(cycle).impacts(0); }
  const v1::Condition* Revised(const v1::Cycle& cycle) {
    return fixture_.state().Find(
        kConditions,
        JoinKey("d", "s", cycle.cycle(), std::to_string(TRIGGER_REVISED_EVIDENCE), kIndicator, ""));
  }
};

TEST_F(ImpactComparisonTest, AtClosingTheVerdictIsByGrowth) {
  const v1::Cycle cycle = Closed({"tps"}, 50'000);
  EXPECT_EQ(ImpactOf(cycle).verdict(), v1::VERDICT_MET);
  EXPECT_EQ(ImpactOf(cycle).compared_effect(), v1::COMPARED_EFFECT_GROWTH);
  EXPECT_FALSE(ImpactOf(cycle).has_net_effect());
}

TEST_F(ImpactComparisonTest, WithAComparisonItIsByTheNetEffect) {
  const v1::Cycle cycle = Closed({"tps"}, 50'000);
  ReportOthers(10'000);
  const Outcome compared = Compare();
  ASSERT_THAT(compared.All<v1::ImpactCompared>(), SizeIs(1));
  const v1::Impact& impact = ImpactOf(cycle);
  EXPECT_EQ(impact.verdict(), v1::VERDICT_EXCEEDED);
  EXPECT_EQ(impact.compared_effect(), v1::COMPARED_EFFECT_NET);
  EXPECT_GT(impact.net_effect().effect_low(), 0.4);
  EXPECT_EQ(impact.net_effect().students(), 30);
  EXPECT_EQ(impact.net_effect().compared_students(), 90);
  EXPECT_EQ(impact.net_effect().compared_teams(), 3);
  EXPECT_EQ(impact.evidence().effect_low(), 0.08) << "the growth effect stands beside it";
  EXPECT_FALSE(Now(cycle).flagged());
  EXPECT_THAT(Revised(cycle), IsNull()) << "nothing was corrected";
}

TEST_F(ImpactComparisonTest, ACycleThatClosesAfterTheOthersIsComparedAtOnce) {
  ReportOthers(10'000);
  const v1::Cycle cycle = Closed({"tps"}, 50'000);
  Compare();
  EXPECT_EQ(ImpactOf(cycle).compared_effect(), v1::COMPARED_EFFECT_NET);
}

TEST_F(ImpactComparisonTest, TeamsThatCloseLaterMakeItAnotherVerdictAndAlertNobody) {
  const v1::Cycle cycle = Closed({"tps"}, 50'000);
  ReportOthers(10'000);
  Compare();
  for (const char* team : {"e", "f", "g", "h", "i"}) Report(team, 60'000);
  const Outcome compared = Compare();
  EXPECT_EQ(ImpactOf(cycle).verdict(), v1::VERDICT_SHORT);
  EXPECT_EQ(ImpactOf(cycle).net_effect().compared_students(), 240);
  EXPECT_THAT(compared.First<v1::ConditionRaised>(), IsNull());
  EXPECT_FALSE(Now(cycle).flagged());
}

TEST_F(ImpactComparisonTest, ACorrectionAcrossAVerdictFlagsTheCycleAndBackUnflagsIt) {
  const v1::Cycle cycle = Closed({"tps"}, 50'000);
  ReportOthers(10'000);
  Compare();
  EXPECT_THAT(fixture_.Give(Shown(cycle, 5'000, 2)).First<v1::CycleFlagged>(), IsNull())
      << "growth gives the same verdict";
  const Outcome flagged = Compare();
  ASSERT_THAT(flagged.First<v1::CycleFlagged>(), NotNull());
  EXPECT_EQ(flagged.First<v1::CycleFlagged>()->compared_effect(), v1::COMPARED_EFFECT_NET);
  EXPECT_TRUE(Now(cycle).flagged());
  EXPECT_EQ(ImpactOf(cycle).verdict(), v1::VERDICT_EXCEEDED) << "what was concluded stays";
  ASSERT_THAT(Revised(cycle), NotNull());
  EXPECT_EQ(Revised(cycle)->verdict_before(), v1::VERDICT_EXCEEDED);
  EXPECT_EQ(Revised(cycle)->verdict_after(), v1::VERDICT_SHORT);
  EXPECT_EQ(Revised(cycle)->compared_effect(), v1::COMPARED_EFFECT_NET);
  EXPECT_LT(Revised(cycle)->net_effect().effect_high(), 0.4);

  fixture_.Give(Shown(cycle, 51'000, 3));
  const Outcome back = Compare();
  EXPECT_THAT(NamesOf(back), Contains("CycleUnflagged"));
  EXPECT_THAT(Revised(cycle), IsNull());
  ASSERT_THAT(back.First<v1::ConditionCleared>(), NotNull());
  EXPECT_GT(back.First<v1::ConditionCleared>()->condition().net_effect().effect_low(), 0.4);
}

TEST_F(ImpactComparisonTest, TheFirstComparisonConcludesThoughACorrectionFlaggedTheCycleBefore) {
  const v1::Cycle cycle = Closed({"tps"}, 50'000);
  auto fallen = Shown(cycle, 50'000, 2);
  fallen.mutable_evidence()->set_effect_low(-1.2);
  fallen.mutable_evidence()->set_effect_high(-0.8);
  ASSERT_THAT(fixture_.Give(fallen).First<v1::CycleFlagged>(), NotNull());
  ReportOthers(10'000);
  const Outcome compared = Compare();
  EXPECT_EQ(ImpactOf(cycle).compared_effect(), v1::COMPARED_EFFECT_NET);
  EXPECT_EQ(ImpactOf(cycle).verdict(), v1::VERDICT_EXCEEDED);
  EXPECT_FALSE(Now(cycle).flagged()) << "it was growth that flagged it";
  EXPECT_THAT(Revised(cycle), IsNull());
  EXPECT_THAT(compared.All<v1::ConditionCleared>(), SizeIs(1));
  EXPECT_THAT(compared.First<v1::ConditionRaised>(), IsNull());

  fixture_.Give(Shown(cycle, 5'000, 3));
  Compare();
  EXPECT_TRUE(Now(cycle).flagged()) << "from then on a correction revises it";
  EXPECT_EQ(ImpactOf(cycle).verdict(), v1::VERDICT_EXCEEDED);
}

TEST_F(ImpactComparisonTest, OfAClosedCycleOnlyWhatComparisonsReadIsKeptByItsWindow) {
  v1::OutcomeReported reported;
  *reported.mutable_outcome() = OutcomeOf("r", "x", {"tps"}, 10'000);
  reported.mutable_outcome()->set_problem("no-feedback");
  reported.mutable_outcome()->mutable_team_students()->set_students(30);
  fixture_.Give(reported);
  std::vector<v1::WindowOutcomeRow> rows;
  fixture_.state().ForEach(kWindowOutcomes, "d/",
                           [&](const std::string&, const auto& row) { rows.push_back(row); });
  ASSERT_THAT(rows, SizeIs(1));
  const v1::CycleOutcome& kept = rows[0].outcome();
  EXPECT_THAT(kept.used(), ElementsAre("tps"));
  EXPECT_EQ(kept.sums().n(), 30);
  EXPECT_THAT(kept.nominated(), IsEmpty());
  EXPECT_EQ(kept.problem(), "");
  EXPECT_FALSE(kept.has_team_students());
}

TEST_F(ImpactComparisonTest, LateResultsThatLeaveTheVerdictKeepTheComparisonGoing) {
  const v1::Cycle cycle = Closed({"tps"}, 50'000);
  ReportOthers(10'000);
  Compare();
  fixture_.Give(Shown(cycle, 52'000, 2));
  Compare();
  EXPECT_FALSE(Now(cycle).flagged());
  for (const char* team : {"e", "f", "g", "h", "i"}) Report(team, 60'000);
  Compare();
  EXPECT_EQ(ImpactOf(cycle).verdict(), v1::VERDICT_SHORT);
  EXPECT_FALSE(Now(cycle).flagged()) << "it is the other teams that moved it";
}

TEST_F(ImpactComparisonTest, GrowthThatMovesRevisesNothingWhileThereIsAComparison) {
  const v1::Cycle cycle = Closed({"tps"}, 50'000);
  ReportOthers(10'000);
  Compare();
  auto fallen = Shown(cycle, 50'000, 1);
  fallen.mutable_evidence()->set_effect_low(-1.2);
  fallen.mutable_evidence()->set_effect_high(-0.8);
  EXPECT_THAT(NamesOf(fixture_.Give(fallen)), ElementsAre("CycleEvidenceTaken"));
  EXPECT_FALSE(Now(cycle).flagged());
}

TEST_F(ImpactComparisonTest, TeamsThatUseOneOfItsPracticesAreNotComparedWith) {
  PublishPractice("pairs", "Pairs");
  const v1::Cycle cycle = Closed({"tps", "pairs"}, 50'000);
  Report("x", 10'000, {"tps"});
  Report("y", 10'000, {"pairs"});
  Report("z", 10'000);
  EXPECT_THAT(Compare().First<v1::ImpactCompared>(), IsNull());
  Report("w", 10'000, {"recall"});
  Compare();
  EXPECT_EQ(ImpactOf(cycle).net_effect().compared_teams(), 2);
}

TEST_F(ImpactComparisonTest, TeamsThatUseWhatWasMergedIntoItsPracticeAreNoLongerComparedWith) {
  PublishPractice("talk", "Turn and talk");
  const v1::Cycle cycle = Closed({"tps"}, 50'000);
  for (const char* team : {"x", "y"}) Report(team, 10'000);
  Report("z", 10'000, {"talk"});
  Compare();
  ASSERT_EQ(ImpactOf(cycle).net_effect().compared_teams(), 3);
  fixture_.Give(MergeRequest("talk", "tps"));
  Compare();
  EXPECT_EQ(ImpactOf(cycle).net_effect().compared_teams(), 2);
  EXPECT_EQ(ImpactOf(cycle).net_effect().compared_students(), 60);
}

TEST_F(ImpactComparisonTest, WhatItsPracticeIsMergedIntoIsUsedByNoTeamItIsComparedWith) {
  PublishPractice("talk", "Turn and talk");
  const v1::Cycle cycle = Closed({"tps"}, 50'000);
  for (const char* team : {"x", "y"}) Report(team, 10'000);
  Report("z", 10'000, {"talk"});
  Compare();
  fixture_.Give(MergeRequest("tps", "talk"));
  Compare();
  EXPECT_EQ(ImpactOf(cycle).net_effect().compared_teams(), 2);
}

TEST_F(ImpactComparisonTest, ATeamThatUsesSeveralOfItsPracticesIsLeftOutOnce) {
  PublishPractice("pairs", "Pairs");
  const v1::Cycle cycle = Closed({"tps", "pairs"}, 50'000);
  Report("x", 10'000, {"tps", "pairs"});
  Report("empty", 10'000, {"tps"}, 0);
  for (const char* team : {"y", "z"}) Report(team, 10'000);
  Compare();
  EXPECT_EQ(ImpactOf(cycle).net_effect().compared_teams(), 2);
  EXPECT_EQ(ImpactOf(cycle).net_effect().compared_students(), 60);
}

TEST_F(ImpactComparisonTest, TwoCyclesOfOneTeamAreNotTwoTeams) {
  const v1::Cycle cycle = Closed({"tps"}, 50'000);
  const auto report = [&](const std::string& team, const std::string& id) {
    v1::OutcomeReported reported;
    *reported.mutable_outcome() = OutcomeOf("r", team, {}, 10'000);
    reported.mutable_outcome()->set_cycle(id);
    fixture_.Give(reported);
  };
  report("x", "x-00001");
  report("x", "x-00002");
  Compare();
  EXPECT_EQ(ImpactOf(cycle).compared_effect(), v1::COMPARED_EFFECT_GROWTH);
  report("y", "y-00001");
  Compare();
  EXPECT_EQ(ImpactOf(cycle).net_effect().compared_teams(), 2);
  EXPECT_EQ(ImpactOf(cycle).net_effect().compared_students(), 90);
}

TEST_F(ImpactComparisonTest, UnderThirtyStudentsOfTwoTeamsThereIsNoComparison) {
  const v1::Cycle cycle = Closed({"tps"}, 50'000);
  Report("x", 10'000, {}, 60);
  Compare();
  EXPECT_EQ(ImpactOf(cycle).compared_effect(), v1::COMPARED_EFFECT_GROWTH) << "of one team";
  Report("x", 10'000, {}, 14);
  Report("y", 10'000, {}, 15);
  Compare();
  EXPECT_EQ(ImpactOf(cycle).compared_effect(), v1::COMPARED_EFFECT_GROWTH) << "29 students";
  Report("y", 10'000, {}, 16);
  Compare();
  EXPECT_EQ(ImpactOf(cycle).compared_effect(), v1::COMPARED_EFFECT_NET);
}

TEST_F(ImpactComparisonTest, ACycleOfFewerStudentsThanMayBeShownIsNotCompared) {
  const v1::Cycle cycle = Closed({"tps"}, 50'000, 9);
  ReportOthers(10'000);
  EXPECT_THAT(Compare().First<v1::NetEffectsPublished>(), IsNull());
  EXPECT_FALSE(ImpactOf(cycle).has_net_effect());
}

TEST_F(ImpactComparisonTest, WindowsThatOverlapByLessThanHalfAreNotCompared) {
  const v1::Cycle cycle = Closed({"tps"}, 50'000);
  for (const char* team : {"x", "y"}) {
    v1::OutcomeReported reported;
    *reported.mutable_outcome() = OutcomeOf("r", team, {}, 10'000);
    reported.mutable_outcome()->set_start("2026-09-14");
    reported.mutable_outcome()->set_end("2026-10-06");
    fixture_.Give(reported);
  }
  Compare();
  EXPECT_FALSE(ImpactOf(cycle).has_net_effect());
}

TEST_F(ImpactComparisonTest, NumbersFollowWhenATenthMoreStudentsAreComparedWith) {
  const v1::Cycle cycle = Closed({"tps"}, 50'000);
  for (int i = 0; i < 20; ++i) Report("team-" + std::to_string(i), 10'000);
  Compare();
  ASSERT_EQ(ImpactOf(cycle).net_effect().compared_students(), 600);
  Report("one-more", 10'000);
  EXPECT_THAT(Compare().First<v1::NetEffectsPublished>(), IsNull());
  Report("another", 10'000);
  Compare();
  EXPECT_EQ(ImpactOf(cycle).net_effect().compared_students(), 660);
}

TEST_F(ImpactComparisonTest, WithoutTheTeamsToCompareWithItIsByGrowthAgain) {
  const v1::Cycle cycle = Closed({"tps"}, 50'000);
  ReportOthers(10'000);
  Compare();
  for (const char* team : {"x", "y"}) Withdraw(team);
  Compare();
  EXPECT_EQ(ImpactOf(cycle).compared_effect(), v1::COMPARED_EFFECT_GROWTH);
  EXPECT_EQ(ImpactOf(cycle).verdict(), v1::VERDICT_MET);
  EXPECT_FALSE(ImpactOf(cycle).has_net_effect());
  EXPECT_FALSE(Now(cycle).flagged());
}

TEST_F(ImpactComparisonTest, ACycleThatIsReopenedIsComparedAnewWhenItCloses) {
  const v1::Cycle cycle = Closed({"tps"}, 50'000);
  ReportOthers(10'000);
  Compare();
  auto reopen = For<v1::ReopenPhaseRequest>(cycle);
  reopen.set_phase(v1::CYCLE_STATE_REFINE);
  reopen.set_reason("It was ended by mistake.");
  ASSERT_EQ(ReasonOf(fixture_.Give(reopen)), "");
  EXPECT_THAT(Compare().First<v1::ImpactCompared>(), IsNull());
  ASSERT_EQ(ReasonOf(End(cycle, v1::CYCLE_STATE_REFINE)), "");
  EXPECT_EQ(ImpactOf(cycle).compared_effect(), v1::COMPARED_EFFECT_GROWTH);
  Compare();
  EXPECT_EQ(ImpactOf(cycle).compared_effect(), v1::COMPARED_EFFECT_NET);
}

TEST_F(ImpactComparisonTest, ToBeComparedAgainDecidesNothing) {
  const v1::Cycle cycle = Closed({"tps"}, 50'000);
  ReportOthers(10'000);
  const Outcome compared = Compare();
  const v1::NetEffectsPublished published = *compared.First<v1::NetEffectsPublished>();
  EXPECT_THAT(fixture_.Give(published).events, IsEmpty());
  v1::NetEffectsPublished unknown = published;
  unknown.mutable_comparisons(0)->set_cycle("nothing");
  EXPECT_THAT(fixture_.Give(unknown).events, IsEmpty());
}

TEST_F(ImpactComparisonTest, ApplyIsTotalOnAnySequenceOfEvents) {
  std::vector<std::shared_ptr<google::protobuf::Message>> events;
  const auto note = [&](const Outcome& outcome) {
    events.insert(events.end(), outcome.events.begin(), outcome.events.end());
  };
  const v1::Cycle cycle = Closed({"tps"}, 50'000);
  ReportOthers(10'000);
  note(Compare());
  fixture_.Give(Shown(cycle, 5'000, 2));
  note(Compare());
  ApplyInAnyOrder(events);
}

}  // namespace
}  // namespace throughline::cycles
