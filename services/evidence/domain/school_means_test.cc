#include "evidence/domain/school_means.h"

#include <gmock/gmock.h>

#include "evidence/domain/school_fixture.h"

namespace throughline::evidence {
namespace {

using testing::IsEmpty;

// A plan of which a measure is fed by the check.
plans::v1::SitePlan PlanOf(int32_t year) {
  plans::v1::SitePlan plan;
  plan.set_district("d");
  plan.set_school("s");
  plan.set_plan("p");
  plan.set_year(year);
  plan.add_measures()->set_measure("m");
  plan.mutable_measures(0)->set_assessment("check");
  return plan;
}

// A school without terms, from 1 August 2024: the school year began on 1 July.
class WithoutAPlan : public testing::Test {
 protected:
  WithoutAPlan() { school_.fixture.AdvanceTo(*core::ParseInstant("2024-09-20T12:00:00Z")); }

  std::vector<v1::SchoolMeanReleased> Publish() {
    plans::v1::SitePlanPublished published;
    *published.mutable_plan() = PlanOf(2024);
    school_.fixture.Give(published);
    return Later();
  }

  // Of the first so many students, from one of them on, with scores around a number.
  static std::vector<v1::Result> Scores(int from, int to, const std::string& date, double around) {
    std::vector<v1::Result> results;
    for (int i = from; i < to; ++i) results.push_back(School::Of(i, date, around + i % 5));
    return results;
  }
  std::vector<v1::SchoolMeanReleased> Push(const std::vector<v1::Result>& results) {
    school_.Push(results);
    return Later();
  }
  // What is released soon.
  std::vector<v1::SchoolMeanReleased> Later() {
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

  int RowsOf(const auto& table) const {
    int rows = 0;
    school_.fixture.state().ForEach(table, "", [&](const auto&, const auto&) { ++rows; });
    return rows;
  }

  School school_;
};

class SchoolMeans : public WithoutAPlan {
 protected:
  SchoolMeans() { Publish(); }
};

TEST_F(WithoutAPlan, NothingIsKeptOfAResultForAMeanThatNoMeasureAsksFor) {
  EXPECT_THAT(Push(Scores(0, 20, "2024-09-16", 70)), IsEmpty());
  EXPECT_EQ(RowsOf(kYearScores) + RowsOf(kLatestScores) + RowsOf(kSchoolMeans), 0);
}

TEST_F(WithoutAPlan, WhatHadComeBeforeThePlanCountsOnceItIsPublished) {
  Push(Scores(0, 20, "2024-06-20", 90));  // of the school year before
  Push(Scores(0, 20, "2024-07-03", 70));
  Push(Scores(0, 20, "2024-09-18", 40));
  const auto released = Publish();
  ASSERT_EQ(released.size(), 1U);
  EXPECT_NEAR(released[0].mean(), 42, 0.5);
  EXPECT_THAT(Publish(), IsEmpty()) << "once";
  ExpectFolded(school_);
}

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
  EXPECT_EQ(RowsOf(kYearScores) + RowsOf(kLatestScores), 0);
}

TEST_F(SchoolMeans, TheSameScoreOnAnotherDayIsNoChange) {
  Push(Scores(0, 20, "2024-09-16", 70));
  auto results = Scores(0, 9, "2024-09-18", 70);
  results.push_back(School::Of(9, "2024-09-18", 20));
  EXPECT_THAT(Push(results), IsEmpty()) << "nine who repeat a score hide not one who does not";
}

TEST_F(SchoolMeans, AreOfTheLatestThatIsLeftHoweverLongAgo) {
  Push(Scores(0, 20, "2024-07-03", 60));
  Push(Scores(0, 20, "2024-09-18", 40));
  const auto released = Push(Retracted(Scores(0, 20, "2024-09-18", 40)));
  ASSERT_EQ(released.size(), 1U);
  EXPECT_NEAR(released[0].mean(), 62, 0.5);
  ExpectFolded(school_);
}

TEST(MeasuredYears, AreThoseOfTheTermsThatBeginInThePlansYearAndElseFromJulyOn) {
  const auto days = [](int32_t year, const core::InstructionalCalendar& calendar) {
    const auto measured = MeasuredBy(PlanOf(year), calendar).at(0);
    return core::FormatDate(core::FromDays(measured.first_day())) + " " +
           core::FormatDate(core::FromDays(measured.last_day()));
  };
  const core::InstructionalCalendar none;
  EXPECT_EQ(days(2024, none), "2024-07-01 2025-06-30");
  const auto terms = core::InstructionalCalendar::Create(
      {{*core::ParseDate("2024-02-01"), *core::ParseDate("2024-06-28")},
       {*core::ParseDate("2024-07-22"), *core::ParseDate("2024-12-13")}},
      {});
  ASSERT_TRUE(terms);
  EXPECT_EQ(days(2024, *terms), "2024-02-01 2024-12-13");
  EXPECT_EQ(days(2025, *terms), "2025-07-01 2026-06-30") << "of which there are no terms yet";
}

}  // namespace
}  // namespace throughline::evidence
