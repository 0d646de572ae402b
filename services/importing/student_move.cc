#include "importing/student_move.h"

#include <algorithm>
#include <set>

namespace throughline::importing {

namespace {

// Whether a bulk says that the student is in the class, too, by another of its rows.
bool IsIn(const SchoolRoster& school, const std::string& student, const std::string& class_id) {
  const auto undated = school.students.find(student);
  if (undated != school.students.end() && undated->second.contains(class_id)) return true;
  const auto dated = school.dated.find(student);
  return dated != school.dated.end() &&
         std::any_of(dated->second.begin(), dated->second.end(),
                     [&](const auto& one) { return one.class_id() == class_id; });
}

}  // namespace

evidence::v1::RosterMove MoveOf(const std::string& student, const SchoolRoster* school,
                                const RosterBundle& roster) {
  evidence::v1::RosterMove move;
  move.set_student(student);
  move.set_left_school(roster.departed.contains(student));
  if (const auto name = roster.names.find(student); name != roster.names.end()) {
    move.set_display_name(name->second);
  }
  if (const auto said = roster.group_dimensions.find(student);
      said != roster.group_dimensions.end()) {
    move.mutable_dimensions()->Assign(said->second.begin(), said->second.end());
    if (const auto of = roster.groups.find(student); of != roster.groups.end()) {
      move.mutable_groups()->Assign(of->second.begin(), of->second.end());
    }
  }
  if (school == nullptr || move.left_school()) return move;
  const auto change = school->changes.find(student);
  if (change == school->changes.end()) return move;
  const EnrolmentChange& said = change->second;
  move.mutable_came_to()->Assign(said.came_to.begin(), said.came_to.end());
  std::set<std::string> dated;
  for (const evidence::v1::Enrolment& one : said.dated) {
    if (said.came_to.contains(one.class_id())) continue;
    dated.insert(one.class_id());
    *move.add_enrolments() = one;
  }
  for (const std::string& id : said.left) {
    if (!dated.contains(id) && !IsIn(*school, student, id)) move.add_left(id);
  }
  return move;
}

}  // namespace throughline::importing
