#include "cycles/domain/questions/named_causes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cycles/domain/tables.h"

namespace throughline::cycles {
namespace {

using testing::ElementsAre;

constexpr int kSmallestCell = 10;

v1::TeamChallenge Named(const std::string& school, const std::string& team,
                        const std::string& problem, const std::string& challenge) {
  v1::TeamChallenge row;
  row.set_school(school);
  row.set_team(team);
  row.set_problem(problem);
  row.set_problem_of_practice("Feedback comes late.");
  row.set_challenge(challenge);
  row.set_challenge_source(v1::CHALLENGE_SOURCE_STUDENTS);
  row.add_indicators("i");
  return row;
}

TEST(NamedCauses, AreByHowManyTeamsShareThem) {
  const v1::NamedCauses causes =
      CausesOf({Named("r", "a", "late", "Students skip  the text."), Named("r", "b", "late", ""),
                Named("s", "c", "late", "students skip the text.")},
               {}, kSmallestCell);
  ASSERT_EQ(causes.problems_size(), 2) << "one of each school's plan";
  EXPECT_EQ(causes.problems(0).problem(), "late");
  EXPECT_EQ(causes.problems(0).school(), "r");
  EXPECT_EQ(causes.problems(0).teams(), 2);
  EXPECT_EQ(causes.problems(0).schools(), 1);
  EXPECT_THAT(causes.problems(0).indicators(), ElementsAre("i"));
  ASSERT_EQ(causes.challenges_size(), 1) << "worded alike";
  EXPECT_EQ(causes.challenges(0).teams(), 2);
  EXPECT_EQ(causes.challenges(0).schools(), 2);
  EXPECT_EQ(causes.challenges(0).challenge_source(), v1::CHALLENGE_SOURCE_STUDENTS);
  EXPECT_EQ(causes.teams_that_named(), 3);
}

TEST(NamedCauses, AProblemOfNoPlanIsOfItsTeamAlone) {
  const auto causes =
      CausesOf({Named("r", "a", "", ""), Named("r", "b", "", "")}, {}, kSmallestCell);
  ASSERT_EQ(causes.problems_size(), 2);
  EXPECT_EQ(causes.problems(0).problem(), "");
  EXPECT_EQ(causes.problems(0).statement(), "Feedback comes late.");
  EXPECT_EQ(causes.problems(0).teams(), 1);
}

TEST(NamedCauses, ChallengesWithAnIdAreTheSameInAnyWords) {
  v1::TeamChallenge one = Named("r", "a", "", "They skip the text.");
  v1::TeamChallenge other = Named("s", "b", "", "They do not read it.");
  one.set_challenge_id("skips");
  other.set_challenge_id("skips");
  const auto causes = CausesOf({one, other}, {}, kSmallestCell);
  ASSERT_EQ(causes.challenges_size(), 1);
  EXPECT_EQ(causes.challenges(0).teams(), 2);
}

TEST(NamedCauses, SayHowManyStrugglingStudentsTheyCoverInWholeSmallestCells) {
  const auto covered = [](int64_t a, int64_t b, int64_t c) {
    return CausesOf({Named("r", "a", "late", ""), Named("r", "b", "late", "")},
                    {{JoinKey("r", "a", "i"), a},
                     {JoinKey("r", "b", "i"), b},
                     {JoinKey("r", "c", "i"), c}},
                    kSmallestCell)
        .problems(0);
  };
  EXPECT_EQ(covered(12, 17, 30).struggling_at_least(), 20);
  EXPECT_EQ(covered(12, 17, 0).struggling_at_least(), 20) << "all of them";
  EXPECT_TRUE(covered(4, 5, 30).suppressed());
  EXPECT_FALSE(covered(4, 5, 30).has_struggling_at_least());
  EXPECT_TRUE(covered(12, 17, 9).suppressed()) << "what is left of all would be few";
}

TEST(NamedCauses, OfTeamsWithoutResultsNothingIsSaid) {
  const auto causes = CausesOf({Named("r", "a", "late", "")}, {}, kSmallestCell);
  EXPECT_FALSE(causes.problems(0).has_struggling_at_least());
  EXPECT_FALSE(causes.problems(0).suppressed());
}

}  // namespace
}  // namespace throughline::cycles
