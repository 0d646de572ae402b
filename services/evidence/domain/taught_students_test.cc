#include "evidence/domain/taught_students.h"

#include <gtest/gtest.h>

namespace throughline::evidence {
namespace {

using namespace common::v1;

constexpr char kPurpose[] = "a parent asked how it goes";

v1::StudentRow In(const std::string& class_id) {
  v1::StudentRow row;
  row.add_class_ids(class_id);
  return row;
}

class Taught : public ::testing::Test {
 protected:
  Taught() {
    Class("c1", "t");
    Class("c2", "t");
    Class("c3", "other");
  }
  void Class(const std::string& id, const std::string& team) {
    v1::RosterClass& one = school_.classes.emplace_back();
    one.set_class_id(id);
    one.set_team(team);
  }
  void Teach(const std::string& teacher, const std::string& class_id) {
    school_.teachers[teacher].add_class_ids(class_id);
  }
  // The classes whose students are known, or why none is.
  std::string Known(const Asker& asker, const std::string& purpose = "") {
    const auto known = StudentsKnownTo(asker, purpose, school_);
    if (!known) return known.error().reason;
    std::string classes;
    for (const char* id : {"c1", "c2", "c3"}) {
      if (known->Has(In(id))) classes += std::string(classes.empty() ? "" : " ") + id;
    }
    return classes;
  }

  SchoolTeachers school_;
  const Asker ana_{.role = ROLE_TEAM_MEMBER, .team = "t", .teacher = "ana"};
};

TEST_F(Taught, AMemberOfATeamKnowsThoseOfTheClassesTheyTeach) {
  Teach("ana", "c1");
  Teach("ben", "c2");
  EXPECT_EQ(Known(ana_), "c1");
}

TEST_F(Taught, FromTheDayOnWhichAClassEndsForThemTheyDoNotKnowIt) {
  Teach("ana", "c1");
  Teach("ana", "c2");
  auto& end = *school_.teachers["ana"].add_ends();
  end.set_class_id("c2");
  end.set_over(20'000);
  school_.today = 19'999;
  EXPECT_EQ(Known(ana_), "c1 c2");
  school_.today = 20'000;
  EXPECT_EQ(Known(ana_), "c1");
  school_.teachers["ana"].clear_class_ids();
  Teach("ana", "c2");
  EXPECT_EQ(Known(ana_), "NOT_TAUGHT_BY_CALLER") << "though nobody else teaches here";
}

TEST_F(Taught, OnlyInTheirTeam) {
  Teach("ana", "c1");
  Teach("ana", "c3");
  EXPECT_EQ(Known(ana_), "c1");
}

TEST_F(Taught, AMemberWhomTheRosterDoesNotNameKnowsNobody) {
  Teach("ben", "c2");
  EXPECT_EQ(Known(ana_), "NOT_TAUGHT_BY_CALLER");
}

TEST_F(Taught, WhereTheSchoolsRosterHasNoTeachersTheClaimCounts) {
  EXPECT_EQ(Known(ana_), "c1 c2");
}

TEST_F(Taught, ATeamWhoseLastTeacherLeftIsTaughtByNobodyWhoSaysSo) {
  Teach("ben", "c3");
  EXPECT_EQ(Known(ana_), "NOT_TAUGHT_BY_CALLER");
}

TEST_F(Taught, ATeamWithoutClassesHasNobodyToKnow) {
  EXPECT_EQ(Known({.role = ROLE_TEAM_MEMBER, .team = "none", .teacher = "ana"}),
            "NOT_TAUGHT_BY_CALLER");
}

TEST_F(Taught, ASchoolLeaderKnowsEverybodyForAPurpose) {
  const Asker leader{.role = ROLE_SCHOOL_LEADER};
  EXPECT_EQ(Known(leader, kPurpose), "c1 c2 c3");
  EXPECT_EQ(Known(leader), "PURPOSE_MISSING");
  EXPECT_EQ(Known(leader, "because"), "PURPOSE_MISSING");
  EXPECT_EQ(Known(leader, std::string(20, ' ')), "TEXT_NOT_PRINTABLE");
  EXPECT_EQ(Known(leader, std::string(501, 'x')), "PURPOSE_MISSING");
}

TEST_F(Taught, TheDistrictKnowsNobodyButInAnEmergency) {
  for (const Role role : {ROLE_DISTRICT_ADMINISTRATOR, ROLE_DISTRICT_LEADER}) {
    EXPECT_EQ(Known({.role = role}, kPurpose), "EMERGENCY_ACCESS_MISSING");
    EXPECT_EQ(Known({.role = role, .holds_emergency_access = true}, kPurpose), "c1 c2 c3");
    EXPECT_EQ(Known({.role = role, .holds_emergency_access = true}), "PURPOSE_MISSING");
  }
}

TEST_F(Taught, OthersKnowNobodyWhateverTheyAreAllowedToCall) {
  for (const Role role : {ROLE_INTEGRATION, ROLE_OBSERVER, ROLE_PRIVACY_OFFICER}) {
    EXPECT_EQ(Known({.role = role}, kPurpose), "EMERGENCY_ACCESS_MISSING");
    EXPECT_EQ(Known({.role = role, .holds_emergency_access = true}, kPurpose),
              "EMERGENCY_ACCESS_MISSING");
  }
}

TEST_F(Taught, AnOpenInstallationKnowsEverybody) { EXPECT_EQ(Known({}), "c1 c2 c3"); }

TEST_F(Taught, WhoLeftTheSchoolIsKnownToThoseAloneWhoKnowAll) {
  Teach("ana", "c1");
  const v1::StudentRow left;
  EXPECT_FALSE(StudentsKnownTo(ana_, "", school_)->Has(left));
  EXPECT_TRUE(StudentsKnownTo({.role = ROLE_SCHOOL_LEADER}, kPurpose, school_)->Has(left));
}

}  // namespace
}  // namespace throughline::evidence
