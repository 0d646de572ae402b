#include "importing/roster_bundle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/ids.h"
#include "importing/missing_enrolments.h"

namespace throughline::importing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

core::Date Day(const char* text) { return *core::ParseDate(text); }

class Roster : public ::testing::Test {
 protected:
  Roster() {
    oneroster::Org school;
    school.sourced_id = "s1";
    school.type = "school";
    school.name = "Lakeside";
    roster_.OnOrg(school);
    oneroster::Course course;
    course.sourced_id = "c1";
    course.title = "Algebra";
    roster_.OnCourse(course);
    Add(Class("k1"));
  }

  static oneroster::ClassRow Class(const char* id) {
    oneroster::ClassRow row;
    row.sourced_id = id;
    row.title = "Algebra, period 1";
    row.course = "c1";
    row.school = "s1";
    return row;
  }
  void Add(const oneroster::ClassRow& row) { roster_.OnClass(row); }
  void Enrol(const char* user, const char* class_id, const char* role = "student",
             oneroster::RowStatus status = oneroster::RowStatus::kActive) {
    oneroster::Enrollment row;
    row.user = user;
    row.class_id = class_id;
    row.role = role;
    row.status = status;
    roster_.OnEnrollment(row);
  }
  void Session(const char* type, const char* start, const char* end) {
    oneroster::AcademicSession session;
    session.sourced_id = session.title = start;
    session.type = type;
    session.start = Day(start);
    session.end = Day(end);
    roster_.OnAcademicSession(session);
  }
  void Item(const char* id, const char* class_id) {
    oneroster::LineItem item;
    item.sourced_id = id;
    item.class_id = class_id;
    item.title = "Unit 1";
    item.value_max = 50;
    item.metadata = {{"assessment", "unit-1"}, {"kind", "quarterly_interim"}};
    roster_.OnLineItem(item);
  }

  RosterBundle roster_{
      [this](const oneroster::BundleProblem& problem) { problems_.push_back(problem.reason); }};
  std::vector<std::string> problems_;
};

TEST_F(Roster, AClassIsOfTheTeamOfItsCourseWhichHasTheCoursesTitle) {
  const SchoolRoster& school = roster_.schools.at("s1");
  EXPECT_EQ(school.name, "Lakeside");
  ASSERT_EQ(school.classes.size(), 1u);
  EXPECT_EQ(school.classes[0].team(), "c1");
  EXPECT_THAT(school.teams, ElementsAre(std::pair("c1", "Algebra")));
}

TEST_F(Roster, MetadataNamesTheTeam) {
  oneroster::ClassRow row = Class("k2");
  row.metadata = {{"team", "Maths team"}};
  Add(row);
  const auto& teams = roster_.schools.at("s1").teams;
  const std::string id = roster_.schools.at("s1").classes[1].team();
  EXPECT_TRUE(core::IsId(id));
  EXPECT_EQ(teams.at(id), "Maths team");
}

TEST_F(Roster, ATitleIsCutBetweenCharacters) {
  oneroster::ClassRow row = Class("k2");
  for (int i = 0; i < 200; ++i) row.title += "é";  // two bytes each
  row.title.insert(0, "x");
  Add(row);
  const std::string title = roster_.schools.at("s1").classes[1].title();
  EXPECT_LE(title.size(), 256u);
  EXPECT_TRUE(title.ends_with("é"));
}

TEST_F(Roster, StudentsHaveTheirClassesAndTeachersNone) {
  Add(Class("k2"));
  Enrol("anna", "k1");
  Enrol("anna", "k2");
  Enrol("ms b", "k1", "teacher");
  Enrol("carl", "elsewhere");
  const auto& students = roster_.schools.at("s1").students;
  ASSERT_EQ(students.size(), 1u);
  EXPECT_THAT(students.at("anna"), ElementsAre("k1", "k2"));
}

TEST_F(Roster, WhoseLastEnrolmentIsDeletedHasLeft) {
  Enrol("anna", "k1", "student", oneroster::RowStatus::kToBeDeleted);
  EXPECT_THAT(roster_.schools.at("s1").students.at("anna"), IsEmpty());
}

TEST_F(Roster, LineItemsAreOfTheirClassAndTheAssessmentIsGathered) {
  Add(Class("k2"));
  Item("i1", "k1");
  Item("i2", "k2");
  ASSERT_EQ(roster_.line_items.size(), 2u);
  EXPECT_EQ(roster_.line_items[1].class_id(), "k2");
  EXPECT_EQ(roster_.line_items[1].school(), "s1");
  const auto assessments = roster_.Assessments();
  ASSERT_EQ(assessments.size(), 1u);
  EXPECT_EQ(assessments[0].assessment(), "unit-1");
  EXPECT_EQ(assessments[0].kind(), evidence::v1::ASSESSMENT_KIND_QUARTERLY_INTERIM);
  EXPECT_THAT(problems_, IsEmpty());
}

TEST_F(Roster, WhatIsToBeDeletedIsNoted) {
  oneroster::ClassRow over = Class("k2");
  over.status = oneroster::RowStatus::kToBeDeleted;
  Add(over);
  oneroster::User user;
  user.sourced_id = "anna";
  user.status = oneroster::RowStatus::kToBeDeleted;
  roster_.OnUser(user);
  oneroster::LineItem item;
  item.sourced_id = "i1";
  item.status = oneroster::RowStatus::kToBeDeleted;
  roster_.OnLineItem(item);
  EXPECT_THAT(roster_.ended_classes, ElementsAre("k2"));
  EXPECT_THAT(roster_.departed, ElementsAre("anna"));
  EXPECT_THAT(roster_.gone_line_items, ElementsAre("i1"));
  EXPECT_EQ(roster_.schools.at("s1").classes.size(), 1u);
}

TEST_F(Roster, ALineItemOfAClassThatTheBundleDoesNotHaveSaysNoSchool) {
  Item("i1", "known before");
  ASSERT_EQ(roster_.line_items.size(), 1u);
  EXPECT_EQ(roster_.line_items[0].school(), "");
}

class Delta : public ::testing::Test {
 protected:
  void Enrol(const char* user, const char* class_id, const char* role = "student",
             oneroster::RowStatus status = oneroster::RowStatus::kActive,
             const char* school = "s1") {
    oneroster::Enrollment row;
    row.user = user;
    row.class_id = class_id;
    row.school = school;
    row.role = role;
    row.status = status;
    roster_.OnEnrollment(row);
  }

  RosterBundle roster_{
      [this](const oneroster::BundleProblem& problem) { problems_.push_back(problem.reason); },
      true};
  std::vector<std::string> problems_;
};

TEST_F(Delta, EnrolmentsAreChanges) {
  Enrol("anna", "k1");
  Enrol("anna", "k2", "", oneroster::RowStatus::kToBeDeleted);
  Enrol("ms b", "k1", "teacher");
  const SchoolRoster& school = roster_.schools.at("s1");
  EXPECT_THAT(school.students, IsEmpty());
  ASSERT_EQ(school.changes.size(), 1u);
  EXPECT_THAT(school.changes.at("anna").came_to, ElementsAre("k1"));
  EXPECT_THAT(school.changes.at("anna").left, ElementsAre("k2"));
}

TEST_F(Delta, TheLastRowOfAClassCounts) {
  Enrol("anna", "k1", "student", oneroster::RowStatus::kToBeDeleted);
  Enrol("anna", "k1");
  EXPECT_THAT(roster_.schools.at("s1").changes.at("anna").came_to, ElementsAre("k1"));
  EXPECT_THAT(roster_.schools.at("s1").changes.at("anna").left, IsEmpty());
}

TEST_F(Delta, AnEnrolmentThatSaysTooLittleIsAProblem) {
  Enrol("", "", "", oneroster::RowStatus::kToBeDeleted, "");
  EXPECT_THAT(problems_, ElementsAre("EMPTY_VALUE"));
  EXPECT_THAT(roster_.schools, IsEmpty());
}

TEST_F(Delta, GroupsAreSaidByDimension) {
  oneroster::User user;
  user.sourced_id = "anna";
  user.metadata = {{"group.disability", "yes"}};
  roster_.OnUser(user);
  EXPECT_THAT(roster_.group_dimensions.at("anna"), ElementsAre("disability"));
  oneroster::Demographics demographics;
  demographics.sourced_id = "carl";
  demographics.sex = "male";
  roster_.OnDemographics(demographics);
  EXPECT_TRUE(roster_.group_dimensions.at("carl").contains("sex"));
  EXPECT_TRUE(roster_.group_dimensions.at("carl").contains("asian"));
  EXPECT_FALSE(roster_.group_dimensions.at("carl").contains("status"));
  EXPECT_THAT(roster_.groups.at("carl"), ElementsAre("sex:male"));
}

TEST_F(Roster, TermsMakeTheCalendar) {
  Session("term", "2014-01-07", "2014-06-01");
  Session("term", "2013-09-02", "2013-12-21");
  Session("schoolYear", "2013-07-01", "2014-07-01");
  const auto calendar = roster_.Calendar();
  ASSERT_EQ(calendar.terms_size(), 2);
  EXPECT_EQ(calendar.terms(0).first(), "2013-09-02");
  EXPECT_EQ(calendar.terms(0).last(), "2013-12-20");  // endDate is the day after
  EXPECT_EQ(calendar.terms(1).first(), "2014-01-07");
}

TEST_F(Roster, WhenTermsOverlapSemestersDo) {
  Session("term", "2013-09-02", "2014-02-01");
  Session("term", "2014-01-07", "2014-06-01");
  Session("semester", "2013-09-02", "2014-06-01");
  EXPECT_EQ(roster_.Calendar().terms_size(), 1);
}

TEST_F(Roster, WithoutSessionsEveryWeekdayCounts) { EXPECT_EQ(roster_.Calendar().terms_size(), 0); }

TEST_F(Roster, TheSameTermOfTwoSchoolsIsOne) {
  Session("term", "2013-09-02", "2013-12-21");
  Session("term", "2013-09-02", "2013-12-21");
  EXPECT_EQ(roster_.Calendar().terms_size(), 1);
}

TEST_F(Roster, TheDigestIsOfAllThatIsSaid) {
  std::set<std::string> digests = {roster_.Digest()};
  EXPECT_EQ(roster_.Digest(), *digests.begin());
  Enrol("anna", "k1");
  EXPECT_TRUE(digests.insert(roster_.Digest()).second);
  oneroster::User user;
  user.sourced_id = "anna";
  user.metadata = {{"group.disability", "yes"}};
  roster_.OnUser(user);
  EXPECT_TRUE(digests.insert(roster_.Digest()).second);
  Item("i1", "k1");
  EXPECT_TRUE(digests.insert(roster_.Digest()).second);
  Session("term", "2013-09-02", "2013-12-21");
  EXPECT_TRUE(digests.insert(roster_.Digest()).second);
}

TEST_F(Roster, EnrolmentsWithDaysSayThem) {
  const auto enrol = [this](const char* user, const char* begin, const char* end) {
    oneroster::Enrollment row;
    row.user = user;
    row.class_id = "k1";
    row.role = "student";
    if (begin != nullptr) row.begin = Day(begin);
    if (end != nullptr) row.end = Day(end);
    roster_.OnEnrollment(row);
  };
  enrol("both", "2026-08-31", "2026-12-01");
  enrol("first", "2026-08-31", nullptr);
  enrol("last", nullptr, "2026-12-01");
  enrol("none", nullptr, nullptr);
  enrol("never", "2026-08-31", "2026-08-31");
  enrol("long", "1900-01-01", nullptr);
  enrol("wrong", "2026-12-01", "2026-08-31");
  const SchoolRoster& school = roster_.schools.at("s1");
  const auto days = [&](const char* user) {
    std::string text;
    const auto dated = school.dated.find(user);
    if (dated == school.dated.end()) return text;
    for (const auto& one : dated->second) {
      text += one.has_first() ? core::FormatDate(core::FromDays(one.first())) : "ever";
      text += one.has_over() ? "/" + core::FormatDate(core::FromDays(one.over())) : "/ever";
    }
    return text;
  };
  EXPECT_EQ(days("both"), "2026-08-31/2026-12-01");
  EXPECT_EQ(days("first"), "2026-08-31/ever");
  EXPECT_EQ(days("last"), "ever/2026-12-01");
  EXPECT_EQ(days("none"), "");
  EXPECT_EQ(days("never"), "") << "It was over when it began.";
  EXPECT_EQ(days("long"), "ever/ever");
  EXPECT_EQ(days("wrong"), "ever/2026-08-31");
  EXPECT_THAT(problems_, ElementsAre("BAD_DATE"));
  EXPECT_THAT(school.students.at("none"), ElementsAre("k1"));
  EXPECT_THAT(school.students.at("never"), IsEmpty());
  EXPECT_EQ(school.listed.at("k1").size(), 7u);
}

TEST_F(Roster, RowsThatWereLostMayHaveNamedAnybody) {
  const auto lose = [this](const char* file, const char* reason, const char* column = "") {
    roster_.OnProblem({file, 7, column, reason, "", ""});
    return roster_.rows_lost();
  };
  EXPECT_EQ(lose("results.csv", oneroster::kWrongFieldCount), 0);
  EXPECT_EQ(lose("enrollments.csv", oneroster::kBadDate, "endDate"), 0);
  EXPECT_EQ(lose("enrollments.csv", oneroster::kUnknownReference, "userSourcedId"), 0);
  EXPECT_EQ(lose("enrollments.csv", oneroster::kWrongFieldCount), 1);
  EXPECT_EQ(lose("enrollments.csv", oneroster::kUnknownValue, "role"), 2);
  EXPECT_EQ(lose("classes.csv", oneroster::kUnknownReference, "courseSourcedId"), 3);
  EXPECT_EQ(lose("users.csv", oneroster::kMalformedQuoting), 4);
}

TEST_F(Roster, WhatASchoolNoLongerHasIsAskedForClassByClassAndThenForTheRest) {
  Add(Class("k2"));
  for (int i = 0; i < 6000; ++i) Enrol(("u" + std::to_string(i)).c_str(), "k2");
  Enrol("v", "k1", "student", oneroster::RowStatus::kToBeDeleted);
  const auto requests = MissingEnrolmentsOf("s1", roster_.schools.at("s1"));
  ASSERT_EQ(requests.size(), 3u);
  EXPECT_EQ(requests[0].lists(0).class_id(), "k1");
  EXPECT_THAT(requests[0].lists(0).students(), ElementsAre("v"));
  EXPECT_EQ(requests[1].lists(0).students_size(), 6000);
  EXPECT_FALSE(requests[1].no_other_classes());
  EXPECT_TRUE(requests[2].no_other_classes());
  EXPECT_THAT(requests[2].other_class_ids(), ElementsAre("k1", "k2"));
  EXPECT_TRUE(requests[2].lists().empty());
}

TEST_F(Roster, NamesAreThoseOfUsersWhoMayBeStudents) {
  const auto name = [this](const char* id, const char* role) {
    oneroster::User user;
    user.sourced_id = id;
    user.given_name = "Ada";
    user.family_name = id;
    user.role = role;
    roster_.OnUser(user);
  };
  name("one", "");
  name("two", "student");
  name("ms", "teacher");
  EXPECT_THAT(roster_.names, ElementsAre(std::pair("one", "Ada one"), std::pair("two", "Ada two")));
}

}  // namespace
}  // namespace throughline::importing
