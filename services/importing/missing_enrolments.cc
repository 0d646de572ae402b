#include "importing/missing_enrolments.h"

namespace throughline::importing {

namespace {

constexpr int kListsPerCall = 500;
constexpr int kStudentsPerCall = 5000;

}  // namespace

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
                      (students > 0 && students + more > kStudentsPerCall);
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
