// Which students of a school a caller may know by name. Pure: the one place that decides it.
//
//   member of a team      those in classes of the team that the roster says the caller teaches
//                         today; where the school's roster has no teachers at all, all of the
//                         team's
//   leader of a school    all of the school, for a purpose
//   of the district       all of the school, for a purpose, while they hold emergency access
//   nobody in particular  (an open installation) everybody
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "throughline/common/v1/access.pb.h"
#include "throughline/evidence/v1/roster.pb.h"
#include "throughline/evidence/v1/rows.pb.h"

namespace throughline::evidence {

struct Asker {
  common::v1::Role role = common::v1::ROLE_UNSPECIFIED;  // unspecified: an open installation
  std::string team = "";                                 // of a member of one
  std::string teacher = "";                              // as whom the roster may name the caller
  bool holds_emergency_access = false;
};

struct SchoolTeachers {
  std::vector<v1::RosterClass> classes;            // of the school
  std::map<std::string, v1::TeacherRow> teachers;  // by id
  int32_t today = 0;                               // in the district, days since 1970-01-01
};

// Students whom somebody may know.
class KnownStudents {
 public:
  static KnownStudents All() { return KnownStudents(true, {}); }
  static KnownStudents Of(std::set<std::string> class_ids) {
    return KnownStudents(false, std::move(class_ids));
  }

  bool all() const { return all_; }
  bool Has(const v1::StudentRow& student) const;
  bool HasClass(const std::string& class_id) const { return all_ || class_ids_.contains(class_id); }
  bool HasNobody() const { return !all_ && class_ids_.empty(); }

 private:
  KnownStudents(bool all, std::set<std::string> class_ids)
      : all_(all), class_ids_(std::move(class_ids)) {}
  bool all_;
  std::set<std::string> class_ids_;
};

// EMERGENCY_ACCESS_MISSING, PURPOSE_MISSING, NOT_TAUGHT_BY_CALLER.
core::Result<KnownStudents> StudentsKnownTo(const Asker& asker, std::string_view purpose,
                                            const SchoolTeachers& school);

}  // namespace throughline::evidence
