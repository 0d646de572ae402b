// Whose students a caller who was let in is shown by name, class by class: what the table says at
// its end is what the rule says.
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "evidence/domain/taught_students.h"

namespace throughline::evidence {
namespace {

constexpr char kTable[] = "tests/access/table.md";
constexpr char kPurpose[] = "a parent asked how it goes";

struct Row {
  const char* caller;
  Asker asker;
  const char* purpose;
  bool has_teachers = true;  // the roster names teachers of the team's classes
};

// Ana is of team t, and teaches the first of its two classes.
const Row kRows[] = {
    {"team member", {.role = common::v1::ROLE_TEAM_MEMBER, .team = "t", .teacher = "ana"}, ""},
    {"team member whom the roster names nowhere",
     {.role = common::v1::ROLE_TEAM_MEMBER, .team = "t", .teacher = "eve"},
     ""},
    {"team member in a school without teachers in the roster",
     {.role = common::v1::ROLE_TEAM_MEMBER, .team = "t", .teacher = "ana"},
     "",
     false},
    {"school leader for a purpose", {.role = common::v1::ROLE_SCHOOL_LEADER}, kPurpose},
    {"school leader without a purpose", {.role = common::v1::ROLE_SCHOOL_LEADER}, ""},
    {"district leader", {.role = common::v1::ROLE_DISTRICT_LEADER}, kPurpose},
    {"district leader with emergency access, for a purpose",
     {.role = common::v1::ROLE_DISTRICT_LEADER, .holds_emergency_access = true},
     kPurpose},
    {"district administrator", {.role = common::v1::ROLE_DISTRICT_ADMINISTRATOR}, kPurpose},
    {"district administrator with emergency access, for a purpose",
     {.role = common::v1::ROLE_DISTRICT_ADMINISTRATOR, .holds_emergency_access = true},
     kPurpose},
};

SchoolTeachers School(bool has_teachers) {
  SchoolTeachers school;
  for (const auto& [id, team] : {std::pair{"own", "t"}, {"other", "t"}, {"of other team", "u"}}) {
    v1::RosterClass& one = school.classes.emplace_back();
    one.set_class_id(id);
    one.set_team(team);
  }
  if (has_teachers) {
    school.teachers["ana"].add_class_ids("own");
    school.teachers["ben"].add_class_ids("other");
  }
  return school;
}

std::string Written(const Row& row) {
  const auto known = StudentsKnownTo(row.asker, row.purpose, School(row.has_teachers));
  std::string text = std::string("| ") + row.caller + " |";
  for (const char* id : {"own", "other", "of other team"}) {
    text += known && known->HasClass(id) ? " shown |" : " – |";
  }
  return text + '\n';
}

TEST(KnownStudentsTable, SaysOfWhichClassesStudentsAreShown) {
  std::string expected =
      "| caller | a class they teach | another class of their team | a class of another team |\n"
      "|---|---|---|---|\n";
  for (const Row& row : kRows) expected += Written(row);
  std::ifstream file(kTable);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  EXPECT_NE(text.find("## Students by name\n"), std::string::npos);
  EXPECT_NE(text.find(expected), std::string::npos)
      << "When that is meant, " << kTable << " has to say:\n"
      << expected;
}

}  // namespace
}  // namespace throughline::evidence
