#include "cycles/domain/questions/reach.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "cycles/domain/practices/in_use.h"
#include "disclosure/rounding.h"

namespace throughline::cycles {

namespace {

// A ratio is said to what so many smallest cells add: the ratios of two practices whose users
// differ in one team leave half of what that team may be like open.
constexpr double kCellsOfARatio = 6;

}  // namespace

std::vector<v1::Representativeness> RepresentativenessOf(const std::vector<v1::Adoption>& adoptions,
                                                         const EligibleStudents& students,
                                                         int64_t smallest) {
  const StudentsByGroup& eligible = students.by_group();
  const StudentsByGroup reached = students.ByGroupOfUsers(adoptions);
  std::vector<v1::Representativeness> shown;
  for (const auto& [group, of_eligible] : eligible.groups) {
    const int64_t of_reached = reached.Of(group);
    const int64_t others = reached.all - of_reached;
    const int64_t cells[] = {of_reached, of_eligible - of_reached, others,
                             eligible.all - of_eligible - others};
    if (*std::min_element(std::begin(cells), std::end(cells)) < smallest) continue;
    const double ratio = (static_cast<double>(of_reached) / static_cast<double>(reached.all)) /
                         (static_cast<double>(of_eligible) / static_cast<double>(eligible.all));
    const double bound =
        ratio * kCellsOfARatio * static_cast<double>(smallest) / static_cast<double>(of_reached);
    v1::Representativeness& one = shown.emplace_back();
    one.set_group(group);
    one.set_ratio(disclosure::RoundedWithin(ratio, bound));
    one.set_is_reached_less(one.ratio() + bound < 1);
  }
  return shown;
}

std::string ReachedLess(const std::vector<v1::Representativeness>& groups) {
  std::vector<std::string> less;
  for (const v1::Representativeness& one : groups) {
    if (!one.is_reached_less()) continue;
    less.push_back(fmt::format(
        "{} ({:.1f} times their share)",
        one.group().empty() ? "students who struggle" : "students of " + one.group(), one.ratio()));
  }
  if (less.empty()) return "";
  return fmt::format("It reaches fewer than their share of {}.", fmt::join(less, ", "));
}

void SetFidelity(const std::vector<v1::Adoption>& adoptions, v1::PracticeReach& reach) {
  int planned = 0, done = 0;
  for (const v1::Adoption& adoption : adoptions) {
    if (adoption.maintenance() == v1::MAINTENANCE_STILL_IN_USE) {
      reach.set_still_in_use(reach.still_in_use() + 1);
    }
    if (adoption.maintenance() == v1::MAINTENANCE_NO_LONGER) {
      reach.set_no_longer(reach.no_longer() + 1);
    }
    if (!IsInUse(adoption) || adoption.fidelity().planned() == 0) continue;
    planned += adoption.fidelity().planned();
    done += adoption.fidelity().done();
    reach.set_looks(reach.looks() + adoption.fidelity().looks());
  }
  if (planned > 0) reach.set_fidelity(static_cast<double>(done) / planned);
}

}  // namespace throughline::cycles
