#include "importing/roster_teachers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/date.h"

namespace throughline::importing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const int32_t kToday = core::ToDays(*core::ParseDate("2026-10-01"));

std::string Ends(const google::protobuf::RepeatedPtrField<evidence::v1::TeachingEnd>& ends) {
  std::string said;
  for (const auto& end : ends) {
    said += " " + end.class_id() + "<" + core::FormatDate(core::FromDays(end.over()));
  }
  return said;
}

// What the requests say, an entry a teacher: `ana: c1 c2`, or `ana: +c1 -c2` of a change.
std::vector<std::string> Said(const std::vector<evidence::v1::UpdateRosterRequest>& requests) {
  std::vector<std::string> said;
  for (const auto& request : requests) {
    if (request.no_other_teachers()) said.push_back("no others");
    for (const auto& one : request.teachers()) {
      said.push_back(one.teacher() + ":");
      for (const std::string& id : one.class_ids()) said.back() += " " + id;
      said.back() += Ends(one.ends());
    }
    for (const auto& one : request.teacher_moves()) {
      said.push_back(one.teacher() + ":");
      for (const std::string& id : one.came_to()) said.back() += " +" + id;
      for (const std::string& id : one.left()) said.back() += " -" + id;
      if (one.left_school()) said.back() += " left";
      said.back() += Ends(one.ends());
    }
  }
  return said;
}

class RosterTeachers : public ::testing::Test {
 protected:
  static RosterBundle Bundle(bool of_changes) {
    RosterBundle roster([](const oneroster::BundleProblem&) {}, of_changes);
    for (const char* id : {"k1", "k2"}) {
      oneroster::ClassRow row;
      row.sourced_id = id;
      row.school = "s1";
      roster.OnClass(row);
    }
    return roster;
  }
  static void Enrol(RosterBundle& roster, const char* user, const char* class_id,
                    const char* role = "teacher", const char* end = nullptr, bool gone = false) {
    oneroster::Enrollment row;
    row.user = user;
    row.class_id = class_id;
    row.school = "s1";
    row.role = role;
    if (end != nullptr) row.end = *core::ParseDate(end);
    if (gone) row.status = oneroster::RowStatus::kToBeDeleted;
    roster.OnEnrollment(row);
  }
  static void Delete(RosterBundle& roster, const char* user, const char* role = "teacher") {
    oneroster::UserRole of;
    of.user = user;
    of.role = role;
    roster.OnUserRole(of);
    oneroster::User row;
    row.sourced_id = user;
    row.status = oneroster::RowStatus::kToBeDeleted;
    roster.OnUser(row);
  }
  static std::vector<std::string> Said(const RosterBundle& roster, TeachersSaid said) {
    return importing::Said(TeacherRequestsOf("s1", &roster.schools.at("s1"), roster, said, kToday));
  }

  RosterBundle bulk_ = Bundle(false);
  RosterBundle delta_ = Bundle(true);
};

TEST_F(RosterTeachers, ABulkSaysWhoTeachesAndThatNobodyElseDoes) {
  Enrol(bulk_, "ana", "k1");
  Enrol(bulk_, "ana", "k2", "teacher", "2027-06-01");
  Enrol(bulk_, "ben", "k2", "teacher", "2026-10-01");
  Enrol(bulk_, "cy", "k2", "teacher", nullptr, true);
  Enrol(bulk_, "dan", "k1");
  Enrol(bulk_, "stu", "k1", "student");
  Enrol(bulk_, "aide", "k1", "aide");
  Delete(bulk_, "dan");
  EXPECT_THAT(Said(bulk_, TeachersSaid::kAll),
              ElementsAre("no others", "ana: k1 k2 k2<2027-06-01"));
}

TEST_F(RosterTeachers, TeachAClassUntilTheLastOfTheirEnrolmentsIsOver) {
  Enrol(delta_, "ana", "k1", "teacher", "2026-09-01");
  Enrol(delta_, "ana", "k1", "teacher", "2026-12-01");
  Enrol(delta_, "ana", "k1", "teacher", "2026-11-01");
  Enrol(delta_, "ana", "k2", "teacher", "2026-12-01");
  Enrol(delta_, "ana", "k2");
  EXPECT_THAT(Said(delta_, TeachersSaid::kChanged), ElementsAre("ana: +k1 +k2 k1<2026-12-01"));
}

TEST_F(RosterTeachers, ABulkOfStudentsAloneSaysNothingOfTeachers) {
  Enrol(bulk_, "stu", "k1", "student");
  EXPECT_THAT(Said(bulk_, TeachersSaid::kAll), IsEmpty());
}

TEST_F(RosterTeachers, ABulkThatMayLackRowsOnlyAddsButForWhatItSaysToBeGone) {
  Enrol(bulk_, "ana", "k1");
  Enrol(bulk_, "cy", "k2", "teacher", nullptr, true);
  Delete(bulk_, "dan");
  EXPECT_THAT(Said(bulk_, TeachersSaid::kAdded), ElementsAre("dan: left", "ana: +k1", "cy: -k2"));
}

TEST_F(RosterTeachers, ADeltaSaysWhatChanged) {
  Enrol(delta_, "ana", "k1");
  Enrol(delta_, "ana", "k2", "teacher", nullptr, true);
  Enrol(delta_, "ben", "k2", "teacher", "2026-09-01");
  Enrol(delta_, "anybody", "k1", "", nullptr, true);
  EXPECT_THAT(Said(delta_, TeachersSaid::kChanged), ElementsAre("ana: +k1 -k2", "ben: -k2"));
}

TEST_F(RosterTeachers, WhoIsDeletedTeachesInNoSchool) {
  Delete(delta_, "ana");
  Delete(delta_, "stu", "student");
  EXPECT_THAT(
      importing::Said(TeacherRequestsOf("s2", nullptr, delta_, TeachersSaid::kChanged, kToday)),
      ElementsAre("ana: left"));
}

TEST_F(RosterTeachers, GoInRequestsOfAThousand) {
  for (int i = 0; i < 2500; ++i) Enrol(bulk_, ("t" + std::to_string(i)).c_str(), "k1");
  const auto requests =
      TeacherRequestsOf("s1", &bulk_.schools.at("s1"), bulk_, TeachersSaid::kAll, kToday);
  ASSERT_THAT(requests, SizeIs(3));
  EXPECT_TRUE(requests[0].no_other_teachers());
  EXPECT_FALSE(requests[1].no_other_teachers());
  EXPECT_EQ(requests[2].teachers_size(), 500);
}

}  // namespace
}  // namespace throughline::importing
