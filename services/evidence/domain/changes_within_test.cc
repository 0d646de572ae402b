#include "evidence/domain/changes_within.h"

#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace throughline::evidence {
namespace {

using google::protobuf::util::MessageDifferencer;

constexpr double kDigits = 5e-7;
constexpr double kPoint = 1e4;  // of percent of scale, in millionths

core::Sums Of(double n, double sum, double squares) {
  return {n, sum * kPoint, squares * kPoint * kPoint};
}

ComparedTeam Team(core::Sums all, core::Sums group) {
  ComparedTeam team;
  team.all = {all, {all.n, 0, 0}};
  team.groups.push_back({"language:learner", {group, {group.n, 0, 0}}});
  return team;
}

// The examples of core/statistics/anytime_valid_test.cc, by numpy's least squares with a dummy for
// each team and PyPI's savvi 0.3.1.
ComparedTeam TeamA() {
  const double changes[] = {-11.2, -15.9, -6.2, -0.2, 6.2, -3.0,  -9.0,  -11.1, 2.7,  10.7,
                            -1.5,  -15.1, -6.6, 16.4, 3.8, -13.6, 1.2,   -8.5,  -3.7, -2.4,
                            -4.4,  7.0,   1.4,  -3.3, 5.7, 9.5,   -12.8, -0.3,  -6.8, 0.4};
  core::Sums all, group;
  for (const double change : changes) {
    if (all.n < 12) group.sum += change;
    all.n += 1;
    all.sum += change;
    all.squares += change * change;
  }
  return Team(Of(30, all.sum, all.squares), Of(12, group.sum, 0));
}
ComparedTeam TeamB() { return Team(Of(35, -16.3, 3519.93), Of(10, -87.4, 0)); }
ComparedTeam TeamC() { return Team(Of(34, -174.5, 2871.25), Of(20, -162.4, 0)); }

v1::ChangeSums SumOf(const std::vector<ComparedTeam>& teams) {
  SumsByBasis sums;
  for (const ComparedTeam& team : teams) PutIn(ChangesWithin(team), sums);
  return sums[0];
}

TEST(ChangesWithin, EqualLeastSquaresOfASchool) {
  const v1::ChangeSums school = SumOf({TeamA(), TeamB(), TeamC()});
  const auto gap = ChangeOf(school, school.groups(0));
  ASSERT_TRUE(gap);
  EXPECT_NEAR(gap->estimate / kPoint, -7.434435, kDigits);
  EXPECT_NEAR(std::pow(gap->residual_sd / kPoint, 2) * gap->degrees_of_freedom, 6113.694911,
              kDigits);
  EXPECT_NEAR(gap->T(), -4.403541, kDigits);
  EXPECT_EQ(gap->degrees_of_freedom, 95);
  EXPECT_NEAR(gap->information, 22.578151, kDigits);
  EXPECT_NEAR(core::LogEvidence(*gap), 6.516615, kDigits);
  EXPECT_EQ(school.groups(0).students(), 42);
  EXPECT_EQ(school.groups(0).others(), 57);
  EXPECT_EQ(school.groups(0).teams(), 3);
}

TEST(ChangesWithin, EqualLeastSquaresOfEachTeam) {
  const v1::ChangeSums a = SumOf({TeamA()}), b = SumOf({TeamB()}), c = SumOf({TeamC()});
  EXPECT_NEAR(ChangeOf(a, a.groups(0))->T(), -1.183939, kDigits);
  EXPECT_NEAR(ChangeOf(b, b.groups(0))->T(), -3.519283, kDigits);
  EXPECT_NEAR(core::LogEvidence(*ChangeOf(b, b.groups(0))), 2.756659, kDigits);
  EXPECT_NEAR(ChangeOf(c, c.groups(0))->T(), -2.999424, kDigits);
}

TEST(ChangesWithin, TeamWithNobodyToCompareGivesToTheSpreadAlone) {
  const v1::ChangeSums alone = SumOf({Team(Of(12, -30, 400), Of(12, -30, 0))});
  EXPECT_TRUE(alone.groups().empty());
  const v1::ChangeSums both = SumOf({TeamB(), Team(Of(12, -30, 400), Of(12, -30, 0))});
  const v1::ChangeSums b = SumOf({TeamB()});
  EXPECT_EQ(both.groups(0).weight(), b.groups(0).weight());
  EXPECT_EQ(both.groups(0).others(), b.groups(0).others());
  EXPECT_EQ(ChangeOf(both, both.groups(0))->degrees_of_freedom, 45 - 1);
}

// Teams of all sizes, on both bases, with groups that not all of them have.
std::vector<v1::ChangeSums> ManyTeams(int count) {
  std::mt19937 random(7);
  std::vector<v1::ChangeSums> teams;
  for (int t = 0; t < count; ++t) {
    ComparedTeam team;
    team.basis = random() % 3 == 0 ? common::v1::BASIS_RELATIVE : common::v1::BASIS_ABSOLUTE;
    ComparedGroup groups[] = {{"a:1", {}}, {"b:" + std::to_string(t % 4), {}}};
    for (uint32_t i = 0; i < 8 + random() % 40; ++i) {
      const double change = static_cast<double>(random() % 400'001) - 200'000.5;
      const double baseline = static_cast<double>(random() % 1'000'001);
      const auto add = [&](Compared& to) {
        to.changes = {to.changes.n + 1, to.changes.sum + change,
                      to.changes.squares + change * change};
        to.baselines = {to.baselines.n + 1, to.baselines.sum + baseline,
                        to.baselines.squares + baseline * baseline};
      };
      add(team.all);
      for (ComparedGroup& group : groups) {
        if (random() % 2 == 0) add(group.students);
      }
    }
    team.groups.assign(std::begin(groups), std::end(groups));
    teams.push_back(ChangesWithin(team));
  }
  return teams;
}

TEST(ChangesWithin, SumsTellNoOrderAndNothingThatWasTakenOut) {
  std::vector<v1::ChangeSums> teams = ManyTeams(300);
  SumsByBasis forward, shuffled;
  for (const v1::ChangeSums& team : teams) PutIn(team, forward);
  ASSERT_EQ(forward.size(), 2);
  std::shuffle(teams.begin(), teams.end(), std::mt19937(3));
  for (const v1::ChangeSums& team : ManyTeams(50)) PutIn(team, shuffled);
  for (const v1::ChangeSums& team : teams) PutIn(team, shuffled);
  for (const v1::ChangeSums& team : ManyTeams(50)) TakeOut(team, shuffled);
  ASSERT_EQ(shuffled.size(), 2);
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(MessageDifferencer::Equals(forward[i], shuffled[i]));
  for (const v1::ChangeSums& team : teams) TakeOut(team, shuffled);
  EXPECT_TRUE(shuffled.empty());
}

TEST(ChangesWithin, HoldADistrictOf100000Teams) {
  ComparedTeam team = Team({100, 100 * 1e6, 100 * 1e12}, {50, 50 * 1e6, 0});
  team.all.changes = {100, 0, 100 * 1e12};  // as far apart as a scale allows
  team.groups[0].students.changes = {50, -50 * 1e6, 0};
  SumsByBasis sums;
  const v1::ChangeSums one = ChangesWithin(team);
  v1::ChangeSums many = one;
  many.mutable_groups(0)->set_weight(one.groups(0).weight() * 1000);
  many.mutable_groups(0)->set_change(one.groups(0).change() * 1000);
  many.set_students(100'000);
  many.set_teams(1000);
  for (int i = 0; i < 100; ++i) PutIn(many, sums);
  EXPECT_NEAR(ChangeOf(sums[0], sums[0].groups(0))->estimate, -2e6, 1e-6);
  EXPECT_NEAR(ChangeOf(sums[0], sums[0].groups(0))->information, 2.5e6, 1e-6);
}

TEST(MostOf, IsTheBasisOfMostStudents) {
  SumsByBasis sums;
  EXPECT_EQ(MostOf(sums), nullptr);
  v1::ChangeSums absolute, relative;
  absolute.set_basis(common::v1::BASIS_ABSOLUTE);
  absolute.set_teams(1);
  absolute.set_students(30);
  relative.set_basis(common::v1::BASIS_RELATIVE);
  relative.set_teams(1);
  relative.set_students(30);
  PutIn(relative, sums);
  PutIn(absolute, sums);
  EXPECT_EQ(MostOf(sums)->basis(), common::v1::BASIS_ABSOLUTE) << "of as many";
  PutIn(relative, sums);
  EXPECT_EQ(MostOf(sums)->basis(), common::v1::BASIS_RELATIVE);
}

}  // namespace
}  // namespace throughline::evidence
