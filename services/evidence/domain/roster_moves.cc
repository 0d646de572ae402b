#include "evidence/domain/roster_moves.h"

#include <algorithm>
#include <set>
#include <string>

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

void LeaveEnded(const std::set<std::string>& ended, v1::RosterStudent& student) {
  auto& ids = *student.mutable_class_ids();
  ids.erase(std::remove_if(ids.begin(), ids.end(),
                           [&](const std::string& id) { return ended.contains(id); }),
            ids.end());
}

}  // namespace

v1::RosterStudent Moved(const v1::RosterMove& move, const v1::StudentRow* before) {
  std::set<std::string> classes(move.came_to().begin(), move.came_to().end());
  if (before != nullptr && !move.left_school()) {
    classes.insert(before->class_ids().begin(), before->class_ids().end());
  }
  for (const std::string& id : move.left()) classes.erase(id);
  const std::set<std::string> groups = GroupsAfter(move, before);
  v1::RosterStudent student;
  student.set_student(move.student());
  student.mutable_class_ids()->Assign(classes.begin(), classes.end());
  student.mutable_groups()->Assign(groups.begin(), groups.end());
  return student;
}

std::vector<v1::RosterStudent> StudentsAfter(const v1::UpdateRosterRequest& request,
                                             const decider::State& state) {
  const std::string prefix = Key(request.district(), request.school(), "");
  std::vector<v1::RosterStudent> students(request.students().begin(), request.students().end());
  for (const v1::RosterMove& move : request.moves()) {
    const auto* before = state.Find(kStudents, prefix + move.student());
    if (before == nullptr && move.came_to().empty()) continue;
    students.push_back(Moved(move, before));
  }
  if (request.ended_class_ids().empty()) return students;
  const std::set<std::string> ended(request.ended_class_ids().begin(),
                                    request.ended_class_ids().end());
  std::set<std::string> named;
  for (v1::RosterStudent& student : students) {
    LeaveEnded(ended, student);
    named.insert(student.student());
  }
  state.ForEach(kStudents, prefix, [&](const std::string& key, const v1::StudentRow& row) {
    const std::string student = key.substr(prefix.size());
    const bool is_in = std::any_of(row.class_ids().begin(), row.class_ids().end(),
                                   [&](const std::string& id) { return ended.contains(id); });
    if (!is_in || named.contains(student)) return;
    v1::RosterMove move;
    move.set_student(student);
    *move.mutable_left() = request.ended_class_ids();
    students.push_back(Moved(move, &row));
  });
  return students;
}

}  // namespace throughline::evidence
