#include "evidence/domain/teachers.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "evidence/domain/errors.h"
#include "evidence/domain/tables.h"

namespace throughline::evidence {

using core::Error;

namespace {

constexpr int kAtMost = 1000;
constexpr int kClassesAtMost = 500;
constexpr size_t kLongestId = 128;

using Strings = google::protobuf::RepeatedPtrField<std::string>;
using Classes = std::set<std::string>;

bool IsTeacher(const std::string& id) {
  return !id.empty() && id.size() <= kLongestId &&
         std::all_of(id.begin(), id.end(), [](unsigned char c) { return c >= 0x20 && c != 0x7f; });
}

std::optional<Error> CheckClasses(const Strings& ids, const std::string& field,
                                  const std::function<bool(const std::string&)>& is_class) {
  if (ids.size() > kClassesAtMost) return BatchTooLarge(field, kClassesAtMost);
  for (int i = 0; i < ids.size(); ++i) {
    if (!is_class(ids[i])) return ClassNotFound(fmt::format("{}[{}]", field, i));
  }
  return std::nullopt;
}

Classes ClassesOf(const v1::TeacherRow* row) {
  return row == nullptr ? Classes() : Classes(row->class_ids().begin(), row->class_ids().end());
}

Classes Moved(const v1::TeacherMove& move, Classes classes) {
  if (move.left_school()) classes.clear();
  for (const std::string& id : move.left()) classes.erase(id);
  classes.insert(move.came_to().begin(), move.came_to().end());
  return classes;
}

}  // namespace

std::optional<Error> CheckTeachers(const v1::UpdateRosterRequest& request,
                                   const std::function<bool(const std::string&)>& is_class) {
  if (request.teachers_size() > kAtMost) return BatchTooLarge("teachers", kAtMost);
  if (request.teacher_moves_size() > kAtMost) return BatchTooLarge("teacher_moves", kAtMost);
  std::set<std::string> named;
  for (int i = 0; i < request.teachers_size(); ++i) {
    const v1::RosterTeacher& one = request.teachers(i);
    const std::string field = fmt::format("teachers[{}]", i);
    if (!IsTeacher(one.teacher())) return TeacherInvalid(field + ".teacher");
    if (!named.insert(one.teacher()).second) return TeacherTwice(field + ".teacher");
    if (auto error = CheckClasses(one.class_ids(), field + ".class_ids", is_class)) return error;
  }
  for (int i = 0; i < request.teacher_moves_size(); ++i) {
    const v1::TeacherMove& one = request.teacher_moves(i);
    const std::string field = fmt::format("teacher_moves[{}]", i);
    if (!IsTeacher(one.teacher())) return TeacherInvalid(field + ".teacher");
    if (!named.insert(one.teacher()).second) return TeacherTwice(field + ".teacher");
    if (auto error = CheckClasses(one.came_to(), field + ".came_to", is_class)) return error;
  }
  return std::nullopt;
}

v1::TeachersChanged TeachersAfter(const v1::UpdateRosterRequest& request,
                                  const decider::State& state) {
  const std::string prefix = JoinKey(request.district(), request.school(), "");
  std::map<std::string, Classes> after;
  if (request.no_other_teachers()) {
    state.ForEach(kTeachers, prefix, [&](const std::string& key, const v1::TeacherRow&) {
      after[key.substr(prefix.size())];
    });
  }
  for (const v1::RosterTeacher& one : request.teachers()) {
    after[one.teacher()] = {one.class_ids().begin(), one.class_ids().end()};
  }
  for (const v1::TeacherMove& one : request.teacher_moves()) {
    after[one.teacher()] = Moved(one, ClassesOf(state.Find(kTeachers, prefix + one.teacher())));
  }
  v1::TeachersChanged changed;
  changed.set_district(request.district());
  changed.set_school(request.school());
  for (const auto& [teacher, classes] : after) {
    if (classes == ClassesOf(state.Find(kTeachers, prefix + teacher))) continue;
    v1::RosterTeacher& one = *changed.add_teachers();
    one.set_teacher(teacher);
    one.mutable_class_ids()->Assign(classes.begin(), classes.end());
  }
  return changed;
}

void Apply(const v1::TeachersChanged& changed, decider::State& state) {
  for (const v1::RosterTeacher& one : changed.teachers()) {
    const std::string key = JoinKey(changed.district(), changed.school(), one.teacher());
    if (one.class_ids().empty()) {
      state.Erase(kTeachers, key);
    } else {
      *state.Edit(kTeachers, key).mutable_class_ids() = one.class_ids();
    }
  }
}

}  // namespace throughline::evidence
