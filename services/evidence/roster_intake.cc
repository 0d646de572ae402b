#include "evidence/roster_intake.h"

#include <set>

#include "evidence/domain/display_names.h"
#include "evidence/domain/tables.h"

namespace throughline::evidence {

namespace {

bool ComesToNone(const v1::RosterTeacher& teacher) { return teacher.class_ids().empty(); }
bool ComesToNone(const v1::TeacherMove& move) { return move.came_to().empty(); }

template <class List>
void AddLeaving(const List& list, std::set<std::string>& teachers) {
  for (const auto& one : list) {
    if (ComesToNone(one)) teachers.insert(one.teacher());
  }
}

// They keep their places, which errors name.
template <class List>
void Forget(const std::set<std::string>& unknown, List& list) {
  for (auto& one : list) {
    if (ComesToNone(one) && unknown.contains(one.teacher())) one.clear_teacher();
  }
}

}  // namespace

core::Result<void> PrepareRoster(const runtime::Rows& rows, v1::UpdateRosterRequest& request) {
  if (auto error = CheckNames(request)) return core::Refuse(*error);
  std::set<std::string> leaving;
  AddLeaving(request.teachers(), leaving);
  AddLeaving(request.teacher_moves(), leaving);
  if (leaving.empty()) return {};
  std::vector<std::string> keys;
  for (const std::string& teacher : leaving) {
    keys.push_back(JoinKey(request.district(), request.school(), teacher));
  }
  auto known =
      rows.GetMany(kTeachers, core::Key{request.district(), request.school()}.Text(), keys);
  if (!known) return core::Refuse(known.error());
  std::set<std::string> unknown;
  size_t i = 0;
  for (const std::string& teacher : leaving) {
    if (!(*known)[i++]) unknown.insert(teacher);
  }
  Forget(unknown, *request.mutable_teachers());
  Forget(unknown, *request.mutable_teacher_moves());
  return {};
}

}  // namespace throughline::evidence
