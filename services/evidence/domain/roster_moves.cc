#include "evidence/domain/roster_moves.h"

#include <algorithm>
#include <set>
#include <string>

#include "evidence/domain/enrolments.h"
#include "evidence/domain/tables.h"

namespace throughline::evidence {

namespace {

bool IsOfDimension(std::string_view group, std::string_view dimension) {
  return group.substr(0, group.find(':')) == dimension;
}

std::set<std::string> GroupsAfter(const v1::RosterMove& move, const v1::StudentRow* before) {
  std::set<std::string> groups(move.groups().begin(), move.groups().end());
  if (before == nullptr) return groups;
  for (const std::string& group : before->groups()) {
    const bool anew =
        std::any_of(move.dimensions().begin(), move.dimensions().end(),
                    [&](const std::string& dimension) { return IsOfDimension(group, dimension); });
    if (!anew) groups.insert(group);
  }
  return groups;
}

// What a move makes of the student's enrolments.
Enrolled EnrolledAfter(const v1::RosterMove& move, const v1::StudentRow* before, int32_t day) {
  Enrolled after;
  after.undated.insert(move.came_to().begin(), move.came_to().end());
  after.enrolments.assign(move.enrolments().begin(), move.enrolments().end());
  if (before != nullptr) Remember(after, EnrolledBy(*before), !move.left_school(), day);
  for (const std::string& id : move.left()) Leave(after, id, day);
  return after;
}

std::set<std::string> GroupsOf(const v1::RosterStudent& student) {
  return {student.groups().begin(), student.groups().end()};
}

// A student whom the request names whole.
v1::RosterStudent Named(const v1::RosterStudent& student, bool keep_enrolments,
                        const v1::StudentRow* before, int32_t day) {
  Enrolled enrolled = EnrolledBy(student);
  if (before != nullptr) Remember(enrolled, EnrolledBy(*before), keep_enrolments, day);
  return StudentOn(student.student(), GroupsOf(student), enrolled, day);
}

bool IsIn(const Enrolled& enrolled, const std::set<std::string>& classes, int32_t day) {
  return std::any_of(enrolled.undated.begin(), enrolled.undated.end(),
                     [&](const std::string& id) { return classes.contains(id); }) ||
         std::any_of(
             enrolled.enrolments.begin(), enrolled.enrolments.end(), [&](const v1::Enrolment& one) {
               return classes.contains(one.class_id()) && (!one.has_over() || one.over() > day);
             });
}

}  // namespace

v1::RosterStudent Moved(const v1::RosterMove& move, const v1::StudentRow* before, int32_t day) {
  return StudentOn(move.student(), GroupsAfter(move, before), EnrolledAfter(move, before, day),
                   day);
}

std::vector<v1::RosterStudent> StudentsAfter(const v1::UpdateRosterRequest& request, int32_t day,
                                             const decider::State& state) {
  const std::string prefix = JoinKey(request.district(), request.school(), "");
  std::vector<v1::RosterStudent> students;
  for (const v1::RosterStudent& student : request.students()) {
    students.push_back(Named(student, request.keep_enrolments(),
                             state.Find(kStudents, prefix + student.student()), day));
  }
  for (const v1::RosterMove& move : request.moves()) {
    const auto* before = state.Find(kStudents, prefix + move.student());
    if (before == nullptr && move.came_to().empty() && move.enrolments().empty()) continue;
    students.push_back(Moved(move, before, day));
  }
  if (request.ended_class_ids().empty()) return students;
  const std::set<std::string> ended(request.ended_class_ids().begin(),
                                    request.ended_class_ids().end());
  std::set<std::string> named;
  const auto left = [&](const std::string& student, const std::set<std::string>& groups,
                        Enrolled enrolled) {
    for (const std::string& id : ended) Leave(enrolled, id, day);
    return StudentOn(student, groups, enrolled, day);
  };
  for (v1::RosterStudent& student : students) {
    named.insert(student.student());
    student = left(student.student(), GroupsOf(student), EnrolledSaid(student));
  }
  state.ForEach(kStudents, prefix, [&](const std::string& key, const v1::StudentRow& row) {
    const std::string student = key.substr(prefix.size());
    if (named.contains(student) || !IsIn(EnrolledBy(row), ended, day)) return;
    students.push_back(left(student, {row.groups().begin(), row.groups().end()}, EnrolledBy(row)));
  });
  return students;
}

}  // namespace throughline::evidence
