#include "evidence/domain/taught_students.h"

#include <algorithm>

#include "evidence/domain/errors.h"

namespace throughline::evidence {

using core::Refuse;
using core::Result;

namespace {

constexpr size_t kShortestPurpose = 10;
constexpr size_t kLongestPurpose = 500;

// Characters, not bytes: it is UTF-8, as every string of a message. Spaces around it say nothing.
size_t LengthOf(std::string_view purpose) {
  const size_t first = purpose.find_first_not_of(' ');
  if (first == std::string_view::npos) return 0;
  purpose = purpose.substr(first, purpose.find_last_not_of(' ') - first + 1);
  return static_cast<size_t>(std::count_if(purpose.begin(), purpose.end(),
                                           [](unsigned char c) { return (c & 0xc0) != 0x80; }));
}

bool Teaches(const v1::TeacherRow& teacher, const std::string& class_id) {
  return std::find(teacher.class_ids().begin(), teacher.class_ids().end(), class_id) !=
         teacher.class_ids().end();
}

std::set<std::string> ClassesTaught(const Asker& asker, const SchoolTeachers& school) {
  std::set<std::string> of_team, taught;
  bool any_teacher = false;
  for (const v1::RosterClass& one : school.classes) {
    if (one.team() != asker.team) continue;
    of_team.insert(one.class_id());
    for (const auto& [id, teacher] : school.teachers) {
      if (!Teaches(teacher, one.class_id())) continue;
      any_teacher = true;
      if (id == asker.teacher) taught.insert(one.class_id());
    }
  }
  return any_teacher ? taught : of_team;
}

}  // namespace

bool KnownStudents::Has(const v1::StudentRow& student) const {
  return all_ || std::any_of(student.class_ids().begin(), student.class_ids().end(),
                             [&](const std::string& id) { return class_ids_.contains(id); });
}

Result<KnownStudents> StudentsKnownTo(const Asker& asker, std::string_view purpose,
                                      const SchoolTeachers& school) {
  const size_t length = LengthOf(purpose);
  if (length > kLongestPurpose) return Refuse(PurposeMissing());
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
  if (length < kShortestPurpose) return Refuse(PurposeMissing());
  return KnownStudents::All();
}

}  // namespace throughline::evidence
