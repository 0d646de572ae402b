#include "cycles/domain/practices/practice_standing.h"

#include <random>

#include "cycles/domain/practices/assessment.h"
#include "cycles/domain/practices/outcomes_fixture.h"
#include "cycles/domain/practices/practices_fixture.h"

namespace throughline::cycles {
namespace {

using testing::Contains;
using testing::IsEmpty;
using testing::IsNull;
using testing::NotNull;

class PracticeStandingTest : public PracticesFixture {
 protected:
  PracticeStandingTest() { PublishPractice("tps", "Think, pair, share"); }

  Outcome Report(const v1::CycleOutcome& outcome) {
    v1::OutcomeReported reported;
    *reported.mutable_outcome() = outcome;
    return fixture_.Give(reported);
  }
  // What is due is assessed.
  Outcome Assess() { return fixture_.AdvanceTo(fixture_.now() + std::chrono::minutes(1)); }
  // Teams without it that grow by as much as everybody.
  void ReportOthers() {
    for (const char* team : {"x", "y", "z"}) Report(OutcomeOf("r", team, {}, 10'000));
  }
  const v1::Condition* Told(const std::string& team) {
    const v1::Condition* told = nullptr;
    fixture_.state().ForEach(kConditions, "d/s/",
                             [&](const std::string&, const v1::Condition& condition) {
                               if (condition.team() == team && condition.has_practice()) {
                                 told = &condition;
                               }
                             });
    return told;
  }
};

TEST_F(PracticeStandingTest, ThreeTeamsThatGainMoreMakeItPromising) {
  ReportOthers();
  for (const char* team : {"a", "b"}) Report(OutcomeOf("s", team, {"tps"}, 50'000));
  Assess();
  EXPECT_NE(Known("tps").standing(), v1::PRACTICE_STANDING_PROMISING);
  Report(OutcomeOf("s", "c", {"tps"}, 52'000));
  Assess();
  EXPECT_EQ(Known("tps").standing(), v1::PRACTICE_STANDING_PROMISING);
  EXPECT_EQ(Known("tps").pooled().teams(), 3);
  EXPECT_GT(Known("tps").pooled().low(), 0);
}

TEST_F(PracticeStandingTest, WithoutTeamsToCompareWithNothingIsConcluded) {
  for (const char* team : {"a", "b", "c"}) Report(OutcomeOf("s", team, {"tps"}, 50'000));
  Assess();
  EXPECT_EQ(Known("tps").without_comparison(), 3);
  EXPECT_FALSE(Known("tps").has_pooled());
  ReportOthers();
  Assess();
  EXPECT_EQ(Known("tps").without_comparison(), 0) << "others that close later are compared with";
  EXPECT_EQ(Known("tps").standing(), v1::PRACTICE_STANDING_PROMISING);
}

TEST_F(PracticeStandingTest, ATeamThatUsesItAnywayIsNotComparedWith) {
  for (const char* team : {"a", "b", "c"}) Report(OutcomeOf("s", team, {"tps"}, 50'000));
  for (const char* team : {"x", "y", "z"}) {
    v1::CycleOutcome other = OutcomeOf("r", team, {}, 10'000);
    other.add_in_use("tps");
    Report(other);
  }
  Assess();
  EXPECT_EQ(Known("tps").without_comparison(), 3);
}

TEST_F(PracticeStandingTest, EvidenceThatMovesLaterMovesTheStanding) {
  ReportOthers();
  for (const char* team : {"a", "b", "c"}) Report(OutcomeOf("s", team, {"tps"}, 50'000));
  Assess();
  ASSERT_EQ(Known("tps").standing(), v1::PRACTICE_STANDING_PROMISING);
  for (const char* team : {"a", "b", "c"}) Report(OutcomeOf("s", team, {"tps"}, 10'000));
  const Outcome moved = Assess();
  EXPECT_NE(Known("tps").standing(), v1::PRACTICE_STANDING_PROMISING);
  const auto* changed = moved.First<v1::PracticeStandingChanged>();
  ASSERT_THAT(changed, NotNull());
  EXPECT_EQ(changed->practice().before(), v1::PRACTICE_STANDING_PROMISING);
}

TEST_F(PracticeStandingTest, WhoUsesItIsToldOnceAndToldWhenItIsNoLongerSo) {
  Trying({"tps"});
  ReportOthers();
  for (const char* team : {"a", "b", "c"}) Report(OutcomeOf("r", team, {"tps"}, 50'000));
  const Outcome raised = Assess();
  EXPECT_EQ(raised.All<v1::ConditionRaised>().size(), 1U);
  ASSERT_THAT(Told("t"), NotNull());
  EXPECT_EQ(Told("t")->severity(), v1::SEVERITY_INFO);
  EXPECT_EQ(Told("t")->practice().assessment().standing(), v1::PRACTICE_STANDING_PROMISING);
  EXPECT_THAT(Told("u"), IsNull()) << "it does not use it";
  Report(OutcomeOf("r", "e", {"tps"}, 51'000));
  EXPECT_THAT(Assess().All<v1::ConditionRaised>(), IsEmpty()) << "it is so still";
  for (const char* team : {"a", "b", "c", "e"}) Report(OutcomeOf("r", team, {"tps"}, 9'000));
  const Outcome cleared = Assess();
  ASSERT_EQ(cleared.All<v1::ConditionCleared>().size(), 1U);
  EXPECT_EQ(cleared.First<v1::ConditionCleared>()->condition().practice().before(),
            v1::PRACTICE_STANDING_PROMISING);
  EXPECT_THAT(Told("t"), IsNull());
}

TEST_F(PracticeStandingTest, WhoGivesItUpIsToldOfItNoLonger) {
  const v1::Cycle cycle = Trying({"tps"});
  ReportOthers();
  for (const char* team : {"a", "b", "c"}) Report(OutcomeOf("r", team, {"tps"}, 50'000));
  AdvanceTo("2026-09-21");
  ASSERT_THAT(Told("t"), NotNull());
  Bring(cycle, v1::CYCLE_STATE_REFINE);
  auto refinement = RefinementRequest(cycle);
  refinement.mutable_refinement()->set_next_step(v1::NEXT_STEP_ABANDON);
  fixture_.Give(refinement);
  End(cycle, v1::CYCLE_STATE_REFINE);
  EXPECT_THAT(Told("t"), IsNull());
}

TEST_F(PracticeStandingTest, WhatWasRecordedUnderTheOldNameCountsUnderTheNew) {
  PublishPractice("talk", "Turn and talk");
  ReportOthers();
  for (const char* team : {"a", "b"}) Report(OutcomeOf("s", team, {"tps"}, 50'000));
  Report(OutcomeOf("s", "c", {"talk"}, 52'000));
  Report(OutcomeOf("s", "e", {"talk", "tps"}, 51'000));
  fixture_.Give(MergeRequest("talk", "tps"));
  Assess();
  EXPECT_EQ(Known("tps").pooled().teams(), 4);
  EXPECT_EQ(Known("tps").standing(), v1::PRACTICE_STANDING_PROMISING);
  EXPECT_EQ(Known("talk").standing(), v1::PRACTICE_STANDING_UNSPECIFIED);
  Report(OutcomeOf("s", "f", {"talk"}, 50'000));
  Assess();
  EXPECT_EQ(Known("tps").pooled().teams(), 5) << "and from then on";
}

TEST_F(PracticeStandingTest, IsAssessedAtMostEveryTenSeconds) {
  Assess();
  ReportOthers();
  const Outcome first = fixture_.AdvanceTo(fixture_.now());
  Report(OutcomeOf("s", "a", {"tps"}, 50'000));
  EXPECT_THAT(fixture_.AdvanceTo(fixture_.now() + std::chrono::seconds(9)).events, IsEmpty());
  EXPECT_THAT(
      fixture_.AdvanceTo(fixture_.now() + std::chrono::seconds(1)).First<v1::PracticesAssessed>(),
      NotNull());
}

TEST_F(PracticeStandingTest, TheSameOutcomeAgainDecidesNothing) {
  Report(OutcomeOf("s", "a", {"tps"}, 50'000));
  Assess();
  EXPECT_THAT(Report(OutcomeOf("s", "a", {"tps"}, 50'000)).events, IsEmpty());
  EXPECT_THAT(Assess().events, IsEmpty());
}

// Whatever the order in which cycles close, are corrected, and practices merged.
TEST_F(PracticeStandingTest, TheOrderOfArrivalLeavesNoTrace) {
  PublishPractice("talk", "Turn and talk");
  std::vector<v1::CycleOutcome> outcomes;
  for (const char* team : {"x", "y", "z"}) outcomes.push_back(OutcomeOf("r", team, {}, 10'000));
  for (const char* team : {"a", "b"}) outcomes.push_back(OutcomeOf("s", team, {"tps"}, 50'000));
  for (const char* team : {"c", "e"}) outcomes.push_back(OutcomeOf("s", team, {"talk"}, 52'000));
  std::mt19937 random(17);
  std::vector<std::string> seen;
  for (int round = 0; round < 8; ++round) {
    std::shuffle(outcomes.begin(), outcomes.end(), random);
    for (const v1::CycleOutcome& outcome : outcomes) {
      v1::CycleOutcome earlier = outcome;
      *earlier.mutable_sums() = SumsOf(StudentsWhoChangedBy(round * 1'000, 12 + round));
      if (round % 2 == 1) Report(earlier);
    }
    if (round == 4) fixture_.Give(MergeRequest("talk", "tps"));
    for (const v1::CycleOutcome& outcome : outcomes) Report(outcome);
    Assess();
    if (round >= 4) seen.push_back(Known("tps").SerializeAsString());
  }
  EXPECT_THAT(seen, testing::Each(seen.front()));
  EXPECT_EQ(Known("tps").pooled().teams(), 4);
}

}  // namespace
}  // namespace throughline::cycles
