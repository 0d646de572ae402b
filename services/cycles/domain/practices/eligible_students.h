// The students of teams that work on what a practice serves, and those of them whose team uses it.
// Made once for all practices that serve the same. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "throughline/common/v1/team_students.pb.h"
#include "throughline/cycles/v1/adoption.pb.h"
#include "throughline/cycles/v1/rows.pb.h"

namespace throughline::cycles {

// Of some teams.
struct StudentsByGroup {
  int64_t all = 0;
  std::map<std::string, int64_t> groups;  // those who struggle are under the empty one

  void Add(const common::v1::TeamStudents& team);
  int64_t Of(const std::string& group) const;
};

// A team's students are counted once, on the indicator where there are most.
class EligibleStudents {
 public:
  explicit EligibleStudents(const std::vector<v1::TeamStudentsRow>& rows);

  int64_t all() const { return all_; }
  int64_t OfUsers(const std::vector<v1::Adoption>& adoptions) const;
  // Only where it is known who they are.
  const StudentsByGroup& by_group() const { return by_group_; }
  StudentsByGroup ByGroupOfUsers(const std::vector<v1::Adoption>& adoptions) const;

 private:
  using Team = std::pair<std::string, std::string>;  // school, team
  static std::set<Team> UsersIn(const std::vector<v1::Adoption>& adoptions);

  std::map<Team, int64_t> students_;
  std::map<Team, common::v1::TeamStudents> known_;
  int64_t all_ = 0;
  StudentsByGroup by_group_;
};

}  // namespace throughline::cycles
