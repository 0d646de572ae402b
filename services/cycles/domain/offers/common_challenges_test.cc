#include "cycles/domain/offers/common_challenges.h"

#include <algorithm>
#include <random>

#include "cycles/domain/offers/offers_fixture.h"

namespace throughline::cycles {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::IsNull;
using testing::NotNull;
using testing::SizeIs;

using CommonChallengesTest = OffersFixture;

TEST_F(CommonChallengesTest, TwoTeamsOfASchoolShareAProblemOfItsPlan) {
  Publish({kIndicator}, {"feedback", "talk"});
  Analyze("s", "t", {.challenge = "They guess.", .problem = "feedback"});
  EXPECT_THAT(Shared(), IsEmpty());
  const Outcome second = Analyze("s", "u", {.challenge = "They wait.", .problem = "feedback"});
  ASSERT_THAT(second.First<v1::CommonChallengeFound>(), NotNull());
  ASSERT_THAT(Shared(), SizeIs(1));
  EXPECT_EQ(Shared()[0].school(), "s");
  EXPECT_EQ(Shared()[0].problem(), "feedback");
  EXPECT_EQ(Shared()[0].statement(), "Questions ask for recall only.");
  EXPECT_EQ(Shared()[0].teams(0).team(), "t");
  EXPECT_EQ(Shared()[0].teams(1).team(), "u");
  EXPECT_EQ(Shared()[0].shared_since_ms(), core::ToMillis(fixture_.now()));
}

TEST_F(CommonChallengesTest, AnotherProblemIsNotShared) {
  Publish({kIndicator}, {"feedback", "talk"});
  Analyze("s", "t", {.challenge = "They guess.", .problem = "feedback"});
  Analyze("s", "u", {.challenge = "They wait.", .problem = "talk"});
  EXPECT_THAT(Shared(), IsEmpty());
}

TEST_F(CommonChallengesTest, TwoSchoolsShareAChallengeInTheSameWordsOnTheSameIndicator) {
  Analyze("s", "t", {});
  const Outcome second = Analyze("r", "t", {.challenge = " students RETELL  instead of citing. "});
  ASSERT_THAT(second.First<v1::CommonChallengeFound>(), NotNull());
  ASSERT_THAT(Shared(), SizeIs(1));
  EXPECT_EQ(Shared()[0].school(), "") << "it is no school's";
  EXPECT_THAT(Shared()[0].teams(0).indicators(), ElementsAre(kIndicator));
}

TEST_F(CommonChallengesTest, TheSameWordsOnAnotherIndicatorAreAnotherChallenge) {
  Analyze("s", "t", {});
  Analyze("r", "t", {.indicator = "fluency"});
  EXPECT_THAT(Shared(), IsEmpty());
}

TEST_F(CommonChallengesTest, TwoTeamsOfOneSchoolAreNotTwoSchools) {
  Analyze("s", "t", {});
  Analyze("s", "u", {});
  EXPECT_THAT(Shared(), IsEmpty());
}

TEST_F(CommonChallengesTest, AnIdOfTheChallengeMakesOtherWordsTheSame) {
  Analyze("s", "t", {.challenge_id = "citing"});
  Analyze("r", "t",
          {.challenge = "Nobody cites.", .challenge_id = "citing", .indicator = "fluency"});
  ASSERT_THAT(Shared(), SizeIs(1));
  EXPECT_EQ(Shared()[0].challenge_id(), "citing");
  EXPECT_EQ(Shared()[0].statement(), "Nobody cites.") << "as it was said last";
}

TEST_F(CommonChallengesTest, WhatIsNoIdIsRefused) {
  const v1::Cycle cycle = Schedule("t", "2026-08-31");
  AdvanceTo("2026-08-31");
  auto analysis = AnalysisRequest(cycle);
  analysis.mutable_analysis()->set_challenge_id("of all of us");
  EXPECT_EQ(ReasonOf(fixture_.Give(analysis)), "ID_INVALID");
}

TEST_F(CommonChallengesTest, ItIsSharedOnAfterTheCycleIsClosedUntilTheNextAnalysis) {
  Analyze("s", "t", {});
  Analyze("r", "t", {});
  AdvanceTo("2026-09-21");
  Bring(Current("t"), v1::CYCLE_STATE_CLOSED);
  EXPECT_THAT(Shared(), SizeIs(1));
  AdvanceTo("2026-09-23");
  const v1::Cycle next = Current("t");
  ASSERT_EQ(next.number(), 2);
  auto analysis = AnalysisRequest(next);
  analysis.mutable_analysis()->set_challenge("They read too fast.");
  fixture_.Give(analysis);
  const Outcome ended = End(next, v1::CYCLE_STATE_ANALYZE);
  EXPECT_THAT(ended.First<v1::CommonChallengeEnded>(), NotNull());
  EXPECT_THAT(Shared(), IsEmpty());
}

TEST_F(CommonChallengesTest, WhoGivesTheCycleUpSharesNothing) {
  Analyze("s", "t", {});
  Analyze("r", "t", {});
  auto cancel = For<v1::CancelCycleRequest>(Current("t"));
  cancel.set_reason("no time");
  EXPECT_THAT(fixture_.Give(cancel).First<v1::CommonChallengeEnded>(), NotNull());
  EXPECT_THAT(Shared(), IsEmpty());
}

TEST_F(CommonChallengesTest, ATeamThatIsNoLongerActiveSharesNothing) {
  Analyze("s", "t", {});
  Analyze("r", "t", {});
  SetTeam("t", false, 2);
  EXPECT_THAT(Shared(), IsEmpty());
}

TEST_F(CommonChallengesTest, TheSameReportAgainDecidesNothing) {
  Analyze("s", "t", {});
  const Outcome second = Analyze("r", "t", {});
  EXPECT_THAT(fixture_.Give(*second.First<v1::ChallengeReported>()).events, IsEmpty());
  v1::ChallengeReported nothing;
  nothing.mutable_challenge()->set_district("d");
  nothing.mutable_challenge()->set_school("r");
  nothing.mutable_challenge()->set_team("nobody");
  EXPECT_THAT(fixture_.Give(nothing).First<v1::ChallengeNoted>(), IsNull());
}

// Whatever the order in which teams say what they work on, and whatever they said before.
TEST_F(CommonChallengesTest, TheOrderOfReportsLeavesNoTrace) {
  std::vector<v1::ChallengeReported> reports;
  for (const char* school : {"r", "s"}) {
    for (const char* team : {"t", "u", "v"}) {
      v1::TeamChallenge& one = *reports.emplace_back().mutable_challenge();
      one.set_district("d");
      one.set_school(school);
      one.set_team(team);
      one.set_cycle("1");
      one.set_challenge("They guess.");
      if (*team != 'v') one.set_problem("feedback");
      one.add_indicators(kIndicator);
    }
  }
  std::mt19937 random(17);
  std::vector<std::string> seen;
  for (int round = 0; round < 6; ++round) {
    for (v1::ChallengeReported other : reports) {
      other.mutable_challenge()->set_challenge("Something else.");
      other.mutable_challenge()->set_problem(random() % 2 == 0 ? "talk" : "");
      fixture_.Give(other);
    }
    std::shuffle(reports.begin(), reports.end(), random);
    for (const v1::ChallengeReported& one : reports) fixture_.Give(one);
    std::string all;
    for (v1::CommonChallenge challenge : Shared()) {
      challenge.clear_shared_since_ms();
      all += challenge.SerializeAsString();
    }
    seen.push_back(all);
    EXPECT_THAT(Shared(), SizeIs(3)) << "the problem in each school, and the challenge";
  }
  EXPECT_THAT(seen, testing::Each(seen.front()));
}

}  // namespace
}  // namespace throughline::cycles
