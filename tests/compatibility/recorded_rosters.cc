#include "recorded_rosters.h"

#include "core/date.h"

namespace throughline::compatibility {

std::string StudentOf(const std::string& school, const std::string& team, int i) {
  return school + "-" + team + "-" + std::to_string(i);
}

evidence::v1::UpdateRosterRequest RosterOf(const std::string& district, const std::string& school,
                                           const std::string& team, int first, int last) {
  evidence::v1::UpdateRosterRequest roster;
  roster.set_district(district);
  roster.set_school(school);
  auto& one = *roster.add_classes();
  one.set_class_id(school + "-" + team);
  one.set_title("Reading");
  one.set_team(team);
  auto& teacher = *roster.add_teachers();
  teacher.set_teacher(school + "-" + team + "-teacher");
  teacher.add_class_ids(school + "-" + team);
  for (int i = first; i <= last; ++i) {
    auto& student = *roster.add_students();
    student.set_student(StudentOf(school, team, i));
    student.add_groups(i % 2 == 0 ? "income:low" : "income:other");
    student.add_class_ids(school + "-" + team);
  }
  return roster;
}

evidence::v1::UpdateRosterRequest WithDays(evidence::v1::UpdateRosterRequest roster,
                                           const std::string& class_id) {
  evidence::v1::RosterStudent& student = *roster.mutable_students(0);
  student.clear_class_ids();
  evidence::v1::Enrolment& enrolment = *student.add_enrolments();
  enrolment.set_class_id(class_id);
  enrolment.set_first(core::ToDays(*core::ParseDate("2025-08-25")));
  enrolment.set_over(core::ToDays(*core::ParseDate("2025-11-08")));
  return roster;
}

evidence::v1::EndMissingEnrolmentsRequest WholeClass(const std::string& district,
                                                     const std::string& school,
                                                     const std::string& class_id,
                                                     const std::vector<std::string>& students) {
  evidence::v1::EndMissingEnrolmentsRequest missing;
  missing.set_district(district);
  missing.set_school(school);
  evidence::v1::ClassList& list = *missing.add_lists();
  list.set_class_id(class_id);
  list.mutable_students()->Assign(students.begin(), students.end());
  return missing;
}

evidence::v1::UpdateRosterRequest WithStudent(evidence::v1::UpdateRosterRequest roster,
                                              const std::string& student) {
  roster.mutable_students(0)->set_student(student);
  return roster;
}

evidence::v1::ClaimRequestIdRequest ClaimOf(const std::string& district) {
  evidence::v1::ClaimRequestIdRequest claim;
  claim.set_district(district);
  return claim;
}

}  // namespace throughline::compatibility
