#include "evidence/domain/run_chart_weeks.h"

#include <gmock/gmock.h>

#include <map>

#include "evidence/domain/moments_row.h"
#include "evidence/domain/school_fixture.h"
#include "evidence/domain/weeks.h"

namespace throughline::evidence {
namespace {

// A school of one team of 24, without terms, on a Friday.
class RunChartWeeks : public testing::Test {
 protected:
  RunChartWeeks() { school_.fixture.AdvanceTo(*core::ParseInstant("2024-09-20T12:00:00Z")); }

  static std::vector<v1::Result> Scores(int from, int to, const std::string& date, double around) {
    std::vector<v1::Result> results;
    for (int i = from; i < to; ++i) results.push_back(School::Of(i, date, around + i % 5));
    return results;
  }
  const v1::ChartWeekRow* Week(const std::string& monday, const std::string& team = "t") const {
    const int32_t week = WeekOf(core::ToDays(*core::ParseDate(monday)));
    return school_.fixture.state().Find(
        kChartWeeks, ChartWeekKey(RunChartKey({"d", "s", team}, "reading"), week));
  }
  // Students who are shown, and their mean in ppm.
  static std::pair<int64_t, double> Shown(const v1::ChartWeekRow* week) {
    if (week == nullptr) return {0, 0};
    const core::Moments scores = MomentsOf(week->scores().scores());
    return {scores.n(), scores.n() == 0 ? 0 : scores.Mean()};
  }

  School school_;
};

TEST_F(RunChartWeeks, BeginOnMonday) {
  const auto week_of = [](const char* day) { return WeekOf(core::ToDays(*core::ParseDate(day))); };
  EXPECT_EQ(week_of("2024-09-16"), week_of("2024-09-22"));
  EXPECT_EQ(week_of("2024-09-15") + 1, week_of("2024-09-16"));
  EXPECT_EQ(core::FormatDate(MondayOf(week_of("2024-09-22"))), "2024-09-16");
  EXPECT_EQ(week_of("1970-01-04"), 0);
  EXPECT_EQ(week_of("1969-12-28"), -1);
}

TEST_F(RunChartWeeks, AreOfTheLatestScoreOfEachStudentInTheWeek) {
  school_.Push(Scores(0, 20, "2024-09-09", 90));  // of the week before
  school_.Push(Scores(0, 20, "2024-09-16", 70));
  school_.Push(Scores(0, 20, "2024-09-18", 40));
  school_.Push(Scores(0, 20, "2024-09-17", 10));  // not the latest
  EXPECT_EQ(Shown(Week("2024-09-16")), std::pair(int64_t{20}, 420'000.0));
  EXPECT_EQ(Shown(Week("2024-09-09")), std::pair(int64_t{20}, 920'000.0));
  EXPECT_EQ(Shown(Week("2024-09-16", "")), Shown(Week("2024-09-16"))) << "all of the school";
  ExpectFolded(school_);
}

TEST_F(RunChartWeeks, AreNotShownOfFewerStudentsThanACell) {
  school_.Push(Scores(0, 9, "2024-09-16", 70));
  EXPECT_EQ(Shown(Week("2024-09-16")).first, 0);
  school_.Push(Scores(9, 10, "2024-09-16", 70));
  EXPECT_EQ(Shown(Week("2024-09-16")).first, 10);
  school_.Push(Scores(10, 13, "2024-09-16", 70));
  EXPECT_EQ(Shown(Week("2024-09-16")).first, 10) << "three who came";
  ExpectFolded(school_);
}

TEST_F(RunChartWeeks, FollowACorrectionOfEnoughStudents) {
  school_.Push(Scores(0, 20, "2024-09-16", 70));
  std::vector<v1::Result> corrected = Scores(0, 20, "2024-09-16", 50);
  for (v1::Result& result : corrected) result.set_modified_at_ms(2);
  school_.Push({corrected[0]});
  EXPECT_EQ(Shown(Week("2024-09-16")).second, 720'000) << "one alone would be told";
  school_.Push(corrected);
  EXPECT_EQ(Shown(Week("2024-09-16")), std::pair(int64_t{20}, 520'000.0));
  ExpectFolded(school_);
}

TEST_F(RunChartWeeks, GoBackToTheScoreBeforeWhenTheLatestIsRetracted) {
  school_.Push(Scores(0, 20, "2024-09-16", 70));
  std::vector<v1::Result> later = Scores(0, 20, "2024-09-18", 40);
  school_.Push(later);
  for (v1::Result& result : later) {
    result.set_retracted(true);
    result.set_modified_at_ms(2);
  }
  school_.Push(later);
  EXPECT_EQ(Shown(Week("2024-09-16")), std::pair(int64_t{20}, 720'000.0));
  ExpectFolded(school_);
}

TEST_F(RunChartWeeks, LeaveNothingOfResultsThatWereNeverShownAndAreRetracted) {
  std::vector<v1::Result> few = Scores(0, 3, "2024-09-16", 70);
  school_.Push(few);
  ASSERT_NE(Week("2024-09-16"), nullptr);
  for (v1::Result& result : few) {
    result.set_retracted(true);
    result.set_modified_at_ms(2);
  }
  school_.Push(few);
  EXPECT_EQ(Week("2024-09-16"), nullptr);
  EXPECT_EQ(Week("2024-09-16", ""), nullptr);
  int rows = 0;
  school_.fixture.state().ForEach(kTrails, "d/", [&](const auto&, const auto&) { ++rows; });
  EXPECT_EQ(rows, 0);
  ExpectFolded(school_);
}

// Of a student of two teams, each has the result that it recorded, and the school the latest.
TEST_F(RunChartWeeks, CountAStudentOfTwoTeamsOnceInTheSchool) {
  v1::UpdateRosterRequest roster;
  roster.set_district("d");
  roster.set_school("s");
  roster.add_classes()->set_class_id("c2");
  roster.mutable_classes(0)->set_team("u");
  for (int i = 0; i < 12; ++i) {
    auto& student = *roster.add_students();
    student.set_student("p" + std::to_string(i));
    student.add_class_ids("c");
    student.add_class_ids("c2");
  }
  school_.fixture.Give(roster);
  school_.Push(Scores(0, 12, "2024-09-16", 70));
  std::vector<v1::Result> other = Scores(0, 12, "2024-09-17", 40);
  for (v1::Result& result : other) result.set_class_id("c2");
  school_.Push(other);
  EXPECT_EQ(Shown(Week("2024-09-16", "t")).first, 12);
  EXPECT_EQ(Shown(Week("2024-09-16", "u")).first, 12);
  EXPECT_EQ(Shown(Week("2024-09-16", "")), Shown(Week("2024-09-16", "u")));
  ExpectFolded(school_);
}

// A team of two classes of twelve, c and c2.
class WeeksOfClasses : public RunChartWeeks {
 protected:
  WeeksOfClasses() {
    v1::UpdateRosterRequest roster;
    roster.set_district("d");
    roster.set_school("s");
    roster.add_classes()->set_class_id("c2");
    roster.mutable_classes(0)->set_team("t");
    for (int i = 12; i < 24; ++i) {
      auto& student = *roster.add_students();
      student.set_student("p" + std::to_string(i));
      student.add_class_ids("c2");
    }
    school_.fixture.Give(roster);
  }
  static std::vector<v1::Result> Of(int from, int to, const std::string& date,
                                    const std::string& second = "c2") {
    std::vector<v1::Result> results = Scores(from, to, date, 70);
    for (v1::Result& one : results) {
      if (std::stoi(one.student().substr(1)) >= 12) one.set_class_id(second);
    }
    return results;
  }
  // Students who are shown, by class.
  std::map<std::string, int64_t> Classes() const {
    std::map<std::string, int64_t> shown;
    const v1::ChartWeekRow* week = Week("2024-09-16");
    if (week == nullptr) return shown;
    for (const auto& one : week->scores().classes()) shown[one.class_id()] = one.scores().n();
    return shown;
  }
};

using ByClass = std::map<std::string, int64_t>;

TEST_F(WeeksOfClasses, AreShownBesideTheTeamWhenEnoughOfEachMove) {
  school_.Push(Of(0, 12, "2024-09-16"));
  EXPECT_EQ(Classes(), (ByClass{{"c", 12}}));
  school_.Push(Of(12, 24, "2024-09-16"));
  EXPECT_EQ(Classes(), (ByClass{{"c", 12}, {"c2", 12}}));
  EXPECT_TRUE(Week("2024-09-16", "")->scores().classes().empty()) << "of the school none";
  ExpectFolded(school_);
}

TEST_F(WeeksOfClasses, AreHiddenWhereTheOthersOfTheTeamWouldBeFew) {
  school_.Push(Of(0, 15, "2024-09-16"));  // twelve of the one, three of the other
  EXPECT_EQ(Shown(Week("2024-09-16")).first, 15);
  EXPECT_EQ(Classes(), ByClass()) << "the team less the one would be three of the other";
  school_.Push(Of(15, 24, "2024-09-16"));
  school_.Push(Of(0, 24, "2024-09-18"));
  EXPECT_EQ(Classes(), ByClass()) << "nor later in the week";
  ExpectFolded(school_);
}

TEST_F(WeeksOfClasses, AreHiddenFromWhenAStudentIsInAnotherOne) {
  school_.Push(Of(0, 24, "2024-09-16"));
  EXPECT_EQ(Classes(), (ByClass{{"c", 12}, {"c2", 12}}));
  v1::Result moved = School::Of(13, "2024-09-16", 73, 2);
  moved.set_class_id("c");
  school_.Push({moved});
  EXPECT_EQ(Classes(), ByClass()) << "the student would be seen to go from the one to the other";
  EXPECT_EQ(Shown(Week("2024-09-16")).first, 24);
  ExpectFolded(school_);
}

TEST_F(WeeksOfClasses, AreHiddenOnceStudentsAreTakenOut) {
  school_.Push(Of(0, 24, "2024-09-16"));
  std::vector<v1::Result> retracted = Of(12, 24, "2024-09-16");
  for (v1::Result& one : retracted) {
    one.set_retracted(true);
    one.set_modified_at_ms(2);
  }
  school_.Push(retracted);
  EXPECT_EQ(Shown(Week("2024-09-16")).first, 12);
  EXPECT_EQ(Classes(), ByClass());
  ExpectFolded(school_);
}

}  // namespace
}  // namespace throughline::evidence
