#include "evidence/domain/taught_students.h"

#include <algorithm>

#include "evidence/domain/errors.h"
#include "evidence/domain/purpose.h"

namespace throughline::evidence {

using core::Refuse;
using core::Result;

namespace {

bool Teaches(const v1::TeacherRow& teacher, const std::string& class_id, int32_t today) {
  const auto& ids = teacher.class_ids();
  if (std::find(ids.begin(), ids.end(), class_id) == ids.end()) return false;
  return std::none_of(teacher.ends().begin(), teacher.ends().end(), [&](const auto& end) {
    return end.class_id() == class_id && end.over() <= today;
  });
}

std::set<std::string> ClassesTaught(const Asker& asker, const SchoolTeachers& school) {
  std::set<std::string> classes;
  const auto teacher = school.teachers.find(asker.teacher);
  for (const v1::RosterClass& one : school.classes) {
    if (one.team() != asker.team) continue;
    const bool taught =
        teacher != school.teachers.end() && Teaches(teacher->second, one.class_id(), school.today);
    // Of a team whose last teacher left, nobody is taught by whoever says so.
    if (taught || school.teachers.empty()) classes.insert(one.class_id());
  }
  return classes;
}

}  // namespace

bool KnownStudents::Has(const v1::StudentRow& student) const {
  return all_ || std::any_of(student.class_ids().begin(), student.class_ids().end(),
                             [&](const std::string& id) { return class_ids_.contains(id); });
}

Result<KnownStudents> StudentsKnownTo(const Asker& asker, std::string_view purpose,
                                      const SchoolTeachers& school) {
  auto wrong = CheckPurpose(purpose, "purpose", PurposeMissing());
  if (wrong && !purpose.empty()) return Refuse(*std::move(wrong));
  switch (asker.role) {
    case common::v1::ROLE_UNSPECIFIED:
      return KnownStudents::All();
    case common::v1::ROLE_TEAM_MEMBER: {
      auto classes = ClassesTaught(asker, school);
      if (classes.empty()) return Refuse(NotTaughtByCaller());
      return KnownStudents::Of(std::move(classes));
    }
    case common::v1::ROLE_SCHOOL_LEADER:
      break;
    case common::v1::ROLE_DISTRICT_ADMINISTRATOR:
    case common::v1::ROLE_DISTRICT_LEADER:
      if (asker.holds_emergency_access) break;
      return Refuse(EmergencyAccessMissing());
    default:
      return Refuse(EmergencyAccessMissing());
  }
  if (wrong) return Refuse(*std::move(wrong));
  return KnownStudents::All();
}

}  // namespace throughline::evidence
