#include "evidence/domain/school_means.h"

#include <gmock/gmock.h>

#include "evidence/domain/school_fixture.h"

namespace throughline::evidence {
namespace {

using testing::IsEmpty;

// A school without terms, from 1 August 2024: the school year began on 1 July.
class SchoolMeans : public testing::Test {
 protected:
  SchoolMeans() { school_.fixture.AdvanceTo(*core::ParseInstant("2024-09-20T12:00:00Z")); }

  // Of the first so many students, from one of them on, with scores around a number.
  static std::vector<v1::Result> Scores(int from, int to, const std::string& date, double around) {
    std::vector<v1::Result> results;
    for (int i = from; i < to; ++i) results.push_back(School::Of(i, date, around + i % 5));
    return results;
  }
  std::vector<v1::SchoolMeanReleased> Push(const std::vector<v1::Result>& results) {
    school_.Push(results);
    const auto outcome =
        school_.fixture.AdvanceTo(school_.fixture.now() + std::chrono::seconds(10));
    std::vector<v1::SchoolMeanReleased> released;
    for (const auto* one : outcome.All<v1::SchoolMeanReleased>()) released.push_back(*one);
    return released;
  }
  // What a source says of results that it says again.
  static std::vector<v1::Result> Retracted(std::vector<v1::Result> results) {
    for (v1::Result& result : results) {
      result.set_retracted(true);
      result.set_modified_at_ms(2);
    }
    return results;
  }

  School school_;
};

TEST_F(SchoolMeans, AreOfTheLatestScoreOfEachStudentOfTheSchoolYear) {
  Push(Scores(0, 20, "2024-06-20", 90));  // of the school year before
  Push(Scores(0, 20, "2024-09-16", 70));
  const auto released = Push(Scores(0, 20, "2024-09-18", 40));
  ASSERT_EQ(released.size(), 1U);
  EXPECT_EQ(released[0].assessment(), "check");
  EXPECT_EQ(released[0].year(), 2024);
  EXPECT_EQ(released[0].students(), 20);
  EXPECT_NEAR(released[0].mean(), 42, 0.5);
  EXPECT_EQ(released[0].latest_result(), "2024-09-18");
  EXPECT_THAT(Push(Scores(0, 20, "2024-09-17", 10)), IsEmpty())
      << "an earlier day is not the latest";
  ExpectFolded(school_);
}

TEST_F(SchoolMeans, AreNotOfFewerStudentsThanACell) {
  EXPECT_THAT(Push(Scores(0, 9, "2024-09-16", 70)), IsEmpty());
  const auto released = Push(Scores(9, 10, "2024-09-16", 70));
  ASSERT_EQ(released.size(), 1U);
  EXPECT_EQ(released[0].students(), 10);
}

TEST_F(SchoolMeans, MoveOnlyWhenACellOfStudentsCameOrChangedTogether) {
  Push(Scores(0, 12, "2024-09-16", 70));
  EXPECT_THAT(Push(Scores(12, 15, "2024-09-16", 70)), IsEmpty()) << "three who came";
  EXPECT_THAT(Push(Scores(0, 9, "2024-09-18", 40)), IsEmpty()) << "nine who changed";
  EXPECT_EQ(Push(Scores(9, 10, "2024-09-18", 40)).size(), 1U);
  ExpectFolded(school_);
}

TEST_F(SchoolMeans, SayInWholeCellsHowManyStudentsTheyAreOf) {
  const auto released = Push(Scores(0, 17, "2024-09-16", 70));
  ASSERT_EQ(released.size(), 1U);
  EXPECT_EQ(released[0].students(), 10) << "a team may show that it has 16 of them";
}

TEST_F(SchoolMeans, ACorrectionOfAllTakesTheScoreBeforeItsPlace) {
  Push(Scores(0, 20, "2024-09-16", 70));
  Push(Scores(0, 20, "2024-09-18", 40));
  const auto released = Push(Retracted(Scores(0, 20, "2024-09-18", 40)));
  ASSERT_EQ(released.size(), 1U);
  EXPECT_NEAR(released[0].mean(), 72, 0.5);
}

TEST_F(SchoolMeans, AreGoneWhenNoResultIsLeft) {
  Push(Scores(0, 20, "2024-09-16", 70));
  const auto released = Push(Retracted(Scores(0, 20, "2024-09-16", 70)));
  ASSERT_EQ(released.size(), 1U);
  EXPECT_EQ(released[0].students(), 0);
  EXPECT_FALSE(released[0].has_mean());
  school_.fixture.state().ForEach(kYearScores, "", [](const auto&, const auto&) { FAIL(); });
}

TEST(SchoolYears, BeginWithTheFirstTermThatHasTheDayAndElseInJuly) {
  const auto day = [](const char* date) { return core::ToDays(*core::ParseDate(date)); };
  const core::InstructionalCalendar none;
  EXPECT_EQ(SchoolYearOf(day("2024-06-30"), none), 2023);
  EXPECT_EQ(SchoolYearOf(day("2024-07-01"), none), 2024);
  const auto terms = core::InstructionalCalendar::Create(
      {{*core::ParseDate("2024-02-01"), *core::ParseDate("2024-06-28")},
       {*core::ParseDate("2024-07-22"), *core::ParseDate("2024-12-13")}},
      {});
  ASSERT_TRUE(terms);
  EXPECT_EQ(SchoolYearOf(day("2024-03-01"), *terms), 2024);
  EXPECT_EQ(SchoolYearOf(day("2024-12-01"), *terms), 2024);
}

}  // namespace
}  // namespace throughline::evidence
