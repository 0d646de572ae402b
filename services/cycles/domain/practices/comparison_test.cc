#include "cycles/domain/practices/comparison.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/statistics/net_effect.h"
#include "cycles/domain/practices/outcomes_fixture.h"

namespace throughline::cycles {
namespace {

Window WindowFrom(const std::string& start, const std::string& end, int32_t cycles = 2) {
  return {SpanOf(start, end), StudentsWhoChangedBy(0, 30 * cycles), cycles};
}

Studied StudyBeside(const std::vector<Window>& others, const v1::CycleOutcome& outcome) {
  return Study(outcome, ComparedByWindow(others).Of(outcome), kSmallest);
}

bool Compares(const std::string& start, const std::string& end) {
  const auto outcome = OutcomeOf("s", "t", {"tps"}, 0);
  return IsComparable(SpanOf(outcome.start(), outcome.end()), SpanOf(start, end));
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
  EXPECT_EQ(others[0].span, SpanOf("2026-08-31", "2026-09-22"));
  EXPECT_EQ(others[0].cycles, 1);
  EXPECT_EQ(others[0].sums, StudentsWhoChangedBy(0, 30)) << "to the last student";
  EXPECT_TRUE(WithoutUsers({users}, {users}).empty());
}

TEST(Comparison, TheNetEffectIsThatOfMorris) {
  const auto outcome = OutcomeOf("s", "t", {"tps"}, 40'000);
  const Studied studied = StudyBeside({WindowFrom("2026-08-31", "2026-09-22")}, outcome);
  ASSERT_TRUE(studied.net);
  const auto net = core::NetEffect(StudentsWhoChangedBy(40'000, 30), StudentsWhoChangedBy(0, 60));
  EXPECT_DOUBLE_EQ(studied.net->d, net->d);
  EXPECT_DOUBLE_EQ(studied.net->variance, net->variance);
  EXPECT_EQ(studied.compared.cycles, 2);
  EXPECT_EQ(studied.compared.sums.n(), 60);
}

TEST(Comparison, OfEachWindowOnlyThoseAreAddedUpThatItCanBeComparedWith) {
  ComparedByWindow compared({WindowFrom("2026-08-31", "2026-09-22"),
                             WindowFrom("2026-09-11", "2026-10-03", 1),
                             WindowFrom("2026-09-23", "2026-10-15", 3)});
  auto outcome = OutcomeOf("s", "t", {"tps"}, 0);
  EXPECT_EQ(compared.Of(outcome).cycles, 3);
  EXPECT_EQ(compared.Of(outcome).sums.n(), 90) << "and once, however often it is asked for";
  outcome.set_start("2026-09-23");
  outcome.set_end("2026-10-15");
  EXPECT_EQ(compared.Of(outcome).cycles, 3);
  EXPECT_EQ(compared.Of(outcome).sums.n(), 90);
}

TEST(Comparison, NeedsThirtyStudentsOfTwoTeams) {
  const auto outcome = OutcomeOf("s", "t", {"tps"}, 40'000);
  EXPECT_FALSE(StudyBeside({}, outcome).net);
  EXPECT_FALSE(StudyBeside({WindowFrom("2026-08-31", "2026-09-22", 1)}, outcome).net) << "one team";
  Window few{SpanOf("2026-08-31", "2026-09-22"), StudentsWhoChangedBy(0, 29), 2};
  EXPECT_FALSE(StudyBeside({few}, outcome).net);
  few.sums = StudentsWhoChangedBy(0, 30);
  EXPECT_TRUE(StudyBeside({few}, outcome).net);
  EXPECT_FALSE(Study(outcome, {few.sums, 2, 1}, kSmallest).net) << "two cycles of one team";
}

TEST(Comparison, OfFewerStudentsThanMayBeShownThereIsNone) {
  const std::vector<Window> others{WindowFrom("2026-08-31", "2026-09-22")};
  EXPECT_FALSE(StudyBeside(others, OutcomeOf("s", "t", {"tps"}, 40'000, 9)).net);
  EXPECT_TRUE(StudyBeside(others, OutcomeOf("s", "t", {"tps"}, 40'000, 10)).net);
}

}  // namespace
}  // namespace throughline::cycles
