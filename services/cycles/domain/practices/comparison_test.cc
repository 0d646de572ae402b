#include "cycles/domain/practices/comparison.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/statistics/net_effect.h"
#include "cycles/domain/practices/outcomes_fixture.h"

namespace throughline::cycles {
namespace {

constexpr int64_t kSmallest = 10;

Window WindowFrom(const std::string& start, const std::string& end, int32_t cycles = 2) {
  return {start, end, StudentsWhoChangedBy(0, 30 * cycles), cycles};
}

bool Compares(const std::string& start, const std::string& end) {
  return IsComparable(OutcomeOf("s", "t", {"tps"}, 0), WindowFrom(start, end));
}

// That of the outcome is of 23 days, from 08-31 to 09-22.
TEST(Comparison, WindowsHaveAtLeastHalfOfTheLongerInCommon) {
  EXPECT_TRUE(Compares("2026-08-31", "2026-09-22"));
  EXPECT_TRUE(Compares("2026-09-11", "2026-10-03")) << "12 of 23 days";
  EXPECT_FALSE(Compares("2026-09-12", "2026-10-04")) << "11 of 23 days";
  EXPECT_TRUE(Compares("2026-08-20", "2026-09-11"));
  EXPECT_FALSE(Compares("2026-10-01", "2026-10-23"));
  EXPECT_FALSE(Compares("2026-08-01", "2027-06-01")) << "a year holds the window, and is no like";
}

TEST(Comparison, TeamsThatUseThePracticeAreTakenOut) {
  v1::WindowSumsRow all, users;
  PutIn(SumsOf(StudentsWhoChangedBy(0, 30)), all);
  PutIn(SumsOf(StudentsWhoChangedBy(50'000, 25)), all);
  PutIn(SumsOf(StudentsWhoChangedBy(50'000, 25)), users);
  for (v1::WindowSumsRow* row : {&all, &users}) {
    row->set_start("2026-08-31");
    row->set_end("2026-09-22");
  }
  const auto others = WithoutUsers({all}, {users});
  ASSERT_EQ(others.size(), 1U);
  EXPECT_EQ(others[0].start, "2026-08-31");
  EXPECT_EQ(others[0].end, "2026-09-22");
  EXPECT_EQ(others[0].cycles, 1);
  EXPECT_EQ(others[0].sums, StudentsWhoChangedBy(0, 30)) << "to the last student";
  EXPECT_TRUE(WithoutUsers({users}, {users}).empty());
}

TEST(Comparison, TheNetEffectIsThatOfMorris) {
  const auto outcome = OutcomeOf("s", "t", {"tps"}, 40'000);
  const Studied studied = Study(outcome, {WindowFrom("2026-08-31", "2026-09-22")}, kSmallest);
  ASSERT_TRUE(studied.net);
  const auto net = core::NetEffect(StudentsWhoChangedBy(40'000, 30), StudentsWhoChangedBy(0, 60));
  EXPECT_DOUBLE_EQ(studied.net->d, net->d);
  EXPECT_DOUBLE_EQ(studied.net->variance, net->variance);
  EXPECT_EQ(studied.compared_cycles, 2);
  EXPECT_EQ(studied.compared.n(), 60);
}

TEST(Comparison, NeedsThirtyStudentsOfTwoTeams) {
  const auto outcome = OutcomeOf("s", "t", {"tps"}, 40'000);
  EXPECT_FALSE(Study(outcome, {}, kSmallest).net);
  EXPECT_FALSE(Study(outcome, {WindowFrom("2026-08-31", "2026-09-22", 1)}, kSmallest).net)
      << "one team";
  Window few{"2026-08-31", "2026-09-22", StudentsWhoChangedBy(0, 29), 2};
  EXPECT_FALSE(Study(outcome, {few}, kSmallest).net);
  few.sums = StudentsWhoChangedBy(0, 30);
  EXPECT_TRUE(Study(outcome, {few}, kSmallest).net);
}

TEST(Comparison, OfFewerStudentsThanMayBeShownThereIsNone) {
  const std::vector<Window> others{WindowFrom("2026-08-31", "2026-09-22")};
  EXPECT_FALSE(Study(OutcomeOf("s", "t", {"tps"}, 40'000, 9), others, kSmallest).net);
  EXPECT_TRUE(Study(OutcomeOf("s", "t", {"tps"}, 40'000, 10), others, kSmallest).net);
}

}  // namespace
}  // namespace throughline::cycles
