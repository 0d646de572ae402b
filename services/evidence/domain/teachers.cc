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

constexpr int kTaughtAtMost = 500;
constexpr size_t kLongestId = 128;

using Strings = google::protobuf::RepeatedPtrField<std::string>;
using Ends = google::protobuf::RepeatedPtrField<v1::TeachingEnd>;
// By id; of each the day from which on it is taught no more, where there is one.
using Classes = std::map<std::string, std::optional<int32_t>>;

bool IsTeacher(const std::string& id) {
  return !id.empty() && id.size() <= kLongestId &&
         std::all_of(id.begin(), id.end(), [](unsigned char c) { return c >= 0x20 && c != 0x7f; });
}

std::optional<Error> CheckClasses(const Strings& ids, const std::string& field,
                                  const std::function<bool(const std::string&)>& is_class) {
  if (ids.size() > kTaughtAtMost) return BatchTooLarge(field, kTaughtAtMost);
  for (int i = 0; i < ids.size(); ++i) {
    if (!is_class(ids[i])) return ClassNotFound(fmt::format("{}[{}]", field, i));
  }
  return std::nullopt;
}

// Each is of a class that the request says of the teacher, and of another one than those before.
std::optional<Error> CheckEnds(const Ends& ends, const Strings& ids, const std::string& field) {
  std::set<std::string> without(ids.begin(), ids.end());
  for (int i = 0; i < ends.size(); ++i) {
    if (without.erase(ends[i].class_id()) == 0) {
      return TeachingEndInvalid(fmt::format("{}[{}].class_id", field, i));
    }
  }
  return std::nullopt;
}

void Add(const Strings& ids, const Ends& ends, Classes& classes) {
  for (const std::string& id : ids) classes[id] = std::nullopt;
  for (const v1::TeachingEnd& end : ends) classes[end.class_id()] = end.over();
}

Classes ClassesOf(const v1::TeacherRow* row) {
  Classes classes;
  if (row != nullptr) Add(row->class_ids(), row->ends(), classes);
  return classes;
}

Classes ClassesAfter(const v1::TeacherMove& move, Classes classes) {
  if (move.left_school()) classes.clear();
  for (const std::string& id : move.left()) classes.erase(id);
  Add(move.came_to(), move.ends(), classes);
  return classes;
}

v1::RosterTeacher Said(const std::string& teacher, const Classes& classes) {
  v1::RosterTeacher said;
  said.set_teacher(teacher);
  for (const auto& [id, over] : classes) {
    said.add_class_ids(id);
    if (!over) continue;
    v1::TeachingEnd& end = *said.add_ends();
    end.set_class_id(id);
    end.set_over(*over);
  }
  return said;
}

}  // namespace

std::optional<Error> CheckTeachers(const v1::UpdateRosterRequest& request,
                                   const std::function<bool(const std::string&)>& is_class) {
  if (request.teachers_size() > kOfEachAtMost) return BatchTooLarge("teachers", kOfEachAtMost);
  if (request.teacher_moves_size() > kOfEachAtMost)
    return BatchTooLarge("teacher_moves", kOfEachAtMost);
  std::set<std::string> named;
  for (int i = 0; i < request.teachers_size(); ++i) {
    const v1::RosterTeacher& one = request.teachers(i);
    const std::string field = fmt::format("teachers[{}]", i);
    if (!IsTeacher(one.teacher())) return TeacherInvalid(field + ".teacher");
    if (!named.insert(one.teacher()).second) return TeacherTwice(field + ".teacher");
    if (auto error = CheckClasses(one.class_ids(), field + ".class_ids", is_class)) return error;
    if (auto error = CheckEnds(one.ends(), one.class_ids(), field + ".ends")) return error;
  }
  for (int i = 0; i < request.teacher_moves_size(); ++i) {
    const v1::TeacherMove& one = request.teacher_moves(i);
    const std::string field = fmt::format("teacher_moves[{}]", i);
    if (!IsTeacher(one.teacher())) return TeacherInvalid(field + ".teacher");
    if (!named.insert(one.teacher()).second) return TeacherTwice(field + ".teacher");
    if (auto error = CheckClasses(one.came_to(), field + ".came_to", is_class)) return error;
    if (auto error = CheckEnds(one.ends(), one.came_to(), field + ".ends")) return error;
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
    Add(one.class_ids(), one.ends(), after[one.teacher()] = {});
  }
  for (const v1::TeacherMove& one : request.teacher_moves()) {
    after[one.teacher()] =
        ClassesAfter(one, ClassesOf(state.Find(kTeachers, prefix + one.teacher())));
  }
  v1::TeachersChanged changed;
  changed.set_district(request.district());
  changed.set_school(request.school());
  for (const auto& [teacher, classes] : after) {
    if (classes == ClassesOf(state.Find(kTeachers, prefix + teacher))) continue;
    *changed.add_teachers() = Said(teacher, classes);
  }
  return changed;
}

void Apply(const v1::TeachersChanged& changed, decider::State& state) {
  for (const v1::RosterTeacher& one : changed.teachers()) {
    const std::string key = JoinKey(changed.district(), changed.school(), one.teacher());
    if (one.class_ids().empty()) {
      state.Erase(kTeachers, key);
    } else {
      v1::TeacherRow& row = state.Edit(kTeachers, key);
      *row.mutable_class_ids() = one.class_ids();
      *row.mutable_ends() = one.ends();
    }
  }
}

}  // namespace throughline::evidence
