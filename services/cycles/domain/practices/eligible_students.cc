#include "cycles/domain/practices/eligible_students.h"

#include <algorithm>

#include "cycles/domain/practices/in_use.h"

namespace throughline::cycles {

void StudentsByGroup::Add(const common::v1::TeamStudents& team) {
  all += team.students();
  groups[""] += team.struggling();
  for (const auto& one : team.groups()) groups[one.group()] += one.students();
}

int64_t StudentsByGroup::Of(const std::string& group) const {
  const auto found = groups.find(group);
  return found == groups.end() ? 0 : found->second;
}

EligibleStudents::EligibleStudents(const std::vector<v1::TeamStudentsRow>& rows) {
  for (const v1::TeamStudentsRow& row : rows) {
    const Team team{row.school(), row.team()};
    int64_t& most = students_[team];
    most = std::max(most, row.students());
    if (!row.has_of()) continue;
    common::v1::TeamStudents& known = known_[team];
    if (known.students() < row.of().students()) known = row.of();
  }
  for (const auto& [team, students] : students_) all_ += students;
  for (const auto& [team, of] : known_) by_group_.Add(of);
}

std::set<EligibleStudents::Team> EligibleStudents::UsersIn(
    const std::vector<v1::Adoption>& adoptions) {
  std::set<Team> users;
  for (const v1::Adoption& adoption : adoptions) {
    if (IsInUse(adoption)) users.emplace(adoption.school(), adoption.team());
  }
  return users;
}

int64_t EligibleStudents::OfUsers(const std::vector<v1::Adoption>& adoptions) const {
  int64_t students = 0;
  for (const Team& team : UsersIn(adoptions)) {
    const auto found = students_.find(team);
    if (found != students_.end()) students += found->second;
  }
  return students;
}

StudentsByGroup EligibleStudents::ByGroupOfUsers(const std::vector<v1::Adoption>& adoptions) const {
  StudentsByGroup students;
  for (const Team& team : UsersIn(adoptions)) {
    const auto found = known_.find(team);
    if (found != known_.end()) students.Add(found->second);
  }
  return students;
}

}  // namespace throughline::cycles
