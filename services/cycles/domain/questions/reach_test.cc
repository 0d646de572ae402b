#include "cycles/domain/questions/reach.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace throughline::cycles {
namespace {

constexpr int kSmallestGroup = 10;

v1::Adoption Using(const std::string& team, v1::AdoptionState state = v1::ADOPTION_STATE_ADOPTED) {
  v1::Adoption adoption;
  adoption.set_school("s");
  adoption.set_team(team);
  adoption.set_state(state);
  return adoption;
}

v1::TeamStudentsRow TeamOf(const std::string& team, int students, int struggling, int learners) {
  v1::TeamStudentsRow row;
  row.set_school("s");
  row.set_team(team);
  row.set_students(students);
  row.mutable_of()->set_students(students);
  row.mutable_of()->set_struggling(struggling);
  auto& group = *row.mutable_of()->add_groups();
  group.set_group("language:learner");
  group.set_students(learners);
  return row;
}

TEST(Representativeness, IsAGroupsShareAmongTheReachedByThatAmongTheEligible) {
  // 200 of 1000 are reached who struggle, of 600 of 2000: 0.2 / 0.3.
  const auto groups = RepresentativenessOf(
      {Using("a")}, EligibleStudents({TeamOf("a", 1000, 200, 400), TeamOf("b", 1000, 400, 400)}),
      kSmallestGroup);
  ASSERT_EQ(groups.size(), 2);
  EXPECT_EQ(groups[0].group(), "") << "those who struggle come first";
  EXPECT_NEAR(groups[0].ratio(), 2.0 / 3, 0.07);
  EXPECT_NEAR(groups[1].ratio(), 1, 0.01);
}

TEST(Representativeness, WhoeverIsReachedLessIsSaidToBe) {
  const auto groups = RepresentativenessOf(
      {Using("a")}, EligibleStudents({TeamOf("a", 400, 60, 200), TeamOf("b", 400, 240, 200)}),
      kSmallestGroup);
  ASSERT_EQ(groups.size(), 2);
  EXPECT_TRUE(groups[0].is_reached_less());
  EXPECT_FALSE(groups[1].is_reached_less());
  EXPECT_EQ(ReachedLess(groups),
            "It reaches fewer than their share of students who struggle (0.4 times their share).");
}

TEST(Representativeness, IsLeftOutUnlessAllFourCellsAreLarge) {
  const auto shown = [](int reached, int of, int rest, int of_rest) {
    return RepresentativenessOf(
               {Using("a")},
               EligibleStudents({TeamOf("a", of, reached, 0), TeamOf("b", of_rest, rest, 0)}),
               kSmallestGroup)
        .size();
  };
  EXPECT_EQ(shown(10, 20, 10, 20), 1);
  EXPECT_EQ(shown(9, 20, 10, 20), 0) << "of the group, reached";
  EXPECT_EQ(shown(10, 20, 9, 20), 0) << "of the group, not reached";
  EXPECT_EQ(shown(10, 19, 10, 20), 0) << "others, reached";
  EXPECT_EQ(shown(10, 20, 10, 19), 0) << "others, not reached";
}

TEST(Representativeness, CountsATeamOnceAndOnlyWhereItIsKnownWhoTheStudentsAre) {
  v1::TeamStudentsRow unknown = TeamOf("c", 500, 0, 0);
  unknown.clear_of();
  const auto once =
      RepresentativenessOf({Using("a")},
                           EligibleStudents({TeamOf("a", 1000, 200, 400), TeamOf("a", 900, 900, 0),
                                             TeamOf("b", 1000, 400, 400), unknown}),
                           kSmallestGroup);
  ASSERT_EQ(once.size(), 2);
  EXPECT_NEAR(once[0].ratio(), 2.0 / 3, 0.07);
}

// What two ratios are whose users differ in one team, c, of which so many are of the group.
std::pair<double, double> RatiosOf(int in_a, int in_b, int in_c) {
  const std::vector<v1::TeamStudentsRow> rows{TeamOf("a", 200, in_a, 0), TeamOf("b", 200, in_b, 0),
                                              TeamOf("c", 24, in_c, 0)};
  const auto ratio = [&](const std::vector<v1::Adoption>& users) {
    const auto shown = RepresentativenessOf(users, EligibleStudents(rows), kSmallestGroup);
    return shown.empty() ? -1 : shown[0].ratio();
  };
  return {ratio({Using("a")}), ratio({Using("a"), Using("c")})};
}

TEST(Representativeness, TheDifferenceOfTwoPracticesTellsNothingOfOneTeam) {
  std::mt19937 random(7);
  for (int round = 0; round < 10; ++round) {
    std::uniform_int_distribution<int> of_200(30, 100), of_24(0, 9);
    const int in_a = of_200(random), in_b = of_200(random), in_c = of_24(random);
    const auto shown = RatiosOf(in_a, in_b, in_c);
    // Numbers of the group in c for which the others may be so that the same is shown, to whoever
    // knows them to a smallest cell.
    int possible = 0;
    for (int c = 0; c <= 24; ++c) {
      bool is_possible = false;
      for (int a = in_a - 10; a <= in_a + 10 && !is_possible; ++a) {
        for (int b = in_b - 10; b <= in_b + 10 && !is_possible; ++b) {
          is_possible = RatiosOf(a, b, c) == shown;
        }
      }
      if (is_possible) ++possible;
    }
    EXPECT_GE(possible, 10) << in_a << ' ' << in_b << ' ' << in_c;
  }
}

TEST(Fidelity, IsWhatWasSeenOfWhatWasPlannedOverTheTeamsThatUseIt) {
  v1::Adoption a = Using("a"), b = Using("b"), gave_up = Using("c", v1::ADOPTION_STATE_ABANDONED);
  a.mutable_fidelity()->set_looks(2);
  a.mutable_fidelity()->set_planned(4);
  a.mutable_fidelity()->set_done(3);
  *b.mutable_fidelity() = a.fidelity();
  b.mutable_fidelity()->set_done(1);
  *gave_up.mutable_fidelity() = a.fidelity();
  a.set_maintenance(v1::MAINTENANCE_STILL_IN_USE);
  gave_up.set_maintenance(v1::MAINTENANCE_NO_LONGER);
  v1::PracticeReach reach;
  SetFidelity({a, b, gave_up}, reach);
  EXPECT_DOUBLE_EQ(reach.fidelity(), 0.5);
  EXPECT_EQ(reach.looks(), 4);
  EXPECT_EQ(reach.still_in_use(), 1);
  EXPECT_EQ(reach.no_longer(), 1);
  v1::PracticeReach unseen;
  SetFidelity({Using("a")}, unseen);
  EXPECT_FALSE(unseen.has_fidelity());
}

}  // namespace
}  // namespace throughline::cycles
