#include "importing/missing_enrolments.h"

#include <fmt/format.h>

namespace throughline::importing {

namespace {

constexpr int kListsPerCall = 500;
constexpr int kStudentsComparedPerCall = 5000;
constexpr size_t kStudentsOfClassAtMost = 20'000;  // that the evidence service compares at once

core::Error ClassTooLarge(const std::string& class_id, size_t students) {
  return {core::Code::kInvalidArgument, "CLASS_TOO_LARGE",
          fmt::format("The class {} has {} students, and a class may have {} at most; nothing was "
                      "imported.",
                      class_id, students, kStudentsOfClassAtMost),
          "enrollments.csv"};
}

}  // namespace

core::Result<void> CheckClasses(const std::map<std::string, SchoolRoster>& schools) {
  for (const auto& [id, school] : schools) {
    for (const auto& [class_id, students] : school.listed) {
      if (students.size() > kStudentsOfClassAtMost) {
        return core::Refuse(ClassTooLarge(class_id, students.size()));
      }
    }
  }
  return {};
}

std::vector<evidence::v1::EndMissingEnrolmentsRequest> MissingEnrolmentsOf(
    const std::string& school_id, const SchoolRoster& school) {
  evidence::v1::EndMissingEnrolmentsRequest empty;
  empty.set_school(school_id);
  std::vector<evidence::v1::EndMissingEnrolmentsRequest> requests = {empty};
  int students = 0;
  for (const evidence::v1::RosterClass& one : school.classes) {
    const auto listed = school.listed.find(one.class_id());
    const int more = listed == school.listed.end() ? 0 : static_cast<int>(listed->second.size());
    const bool full = requests.back().lists_size() == kListsPerCall ||
                      (students > 0 && students + more > kStudentsComparedPerCall);
    if (full) {
      requests.push_back(empty);
      students = 0;
    }
    evidence::v1::ClassList& list = *requests.back().add_lists();
    list.set_class_id(one.class_id());
    if (more > 0) list.mutable_students()->Assign(listed->second.begin(), listed->second.end());
    students += more;
  }
  evidence::v1::EndMissingEnrolmentsRequest others = empty;
  others.set_no_other_classes(true);
  for (const evidence::v1::RosterClass& one : school.classes) {
    others.add_other_class_ids(one.class_id());
  }
  requests.push_back(std::move(others));
  return requests;
}

}  // namespace throughline::importing
