#include "cycles/domain/practices/spread.h"

#include <algorithm>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "core/statistics/suppression.h"
#include "cycles/domain/practices/in_use.h"

namespace throughline::cycles {

std::optional<double> ReachOf(const std::vector<v1::Adoption>& adoptions,
                              const EligibleStudents& students, int64_t smallest) {
  const int64_t eligible = students.all(), reached = students.OfUsers(adoptions);
  if (eligible < smallest || !core::MayShowPart(reached, eligible, smallest)) return std::nullopt;
  return static_cast<double>(reached) / static_cast<double>(eligible);
}

v1::PracticeSpread SpreadOf(std::vector<v1::Adoption> adoptions, int first_followers) {
  std::erase_if(adoptions, [](const v1::Adoption& adoption) {
    return adoption.state() == v1::ADOPTION_STATE_WITHDRAWN;
  });
  std::sort(adoptions.begin(), adoptions.end(), [](const v1::Adoption& a, const v1::Adoption& b) {
    return std::tuple(a.begun_on(), a.school(), a.team()) <
           std::tuple(b.begun_on(), b.school(), b.team());
  });
  v1::PracticeSpread spread;
  std::set<std::string> begun, in_use;  // schools
  int32_t teams = 0;
  for (const v1::Adoption& adoption : adoptions) {
    if (spread.first_followers_size() < first_followers) {
      v1::PracticeSpread::Follower& follower = *spread.add_first_followers();
      follower.set_school(adoption.school());
      follower.set_team(adoption.team());
      follower.set_begun_on(adoption.begun_on());
    }
    begun.insert(adoption.school());
    const bool same_day =
        spread.curve_size() > 0 && spread.curve().rbegin()->date() == adoption.begun_on();
    v1::PracticeSpread::Point& point =
        same_day ? *spread.mutable_curve()->rbegin() : *spread.add_curve();
    point.set_date(adoption.begun_on());
    point.set_teams(++teams);
    point.set_schools(static_cast<int32_t>(begun.size()));
    if (adoption.state() == v1::ADOPTION_STATE_ABANDONED) {
      spread.set_abandoned(spread.abandoned() + 1);
    }
    if (!IsInUse(adoption)) continue;
    spread.set_teams(spread.teams() + 1);
    in_use.insert(adoption.school());
  }
  spread.set_schools(static_cast<int32_t>(in_use.size()));
  return spread;
}

}  // namespace throughline::cycles
