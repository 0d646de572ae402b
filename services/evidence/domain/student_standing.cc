#include "evidence/domain/student_standing.h"

#include <algorithm>

#include "evidence/domain/contribution.h"
#include "evidence/domain/team_keys.h"

namespace throughline::evidence {

std::vector<const v1::Watch*> CyclesOn(const v1::TeamRow& team, std::string_view indicator,
                                       int32_t today, size_t at_most) {
  std::vector<const v1::Watch*> cycles;
  for (const v1::Watch& watch : team.watches()) {
    const bool works_on_it =
        std::any_of(watch.indicators().begin(), watch.indicators().end(),
                    [&](const auto& one) { return one.indicator() == indicator; });
    if (works_on_it && !IsSchoolYear(watch.cycle()) && watch.start() <= today) {
      cycles.push_back(&watch);
    }
  }
  std::stable_sort(cycles.begin(), cycles.end(),
                   [](const auto* a, const auto* b) { return a->start() > b->start(); });
  if (cycles.size() > at_most) cycles.resize(at_most);
  return cycles;
}

Standing StandingOf(const std::vector<const v1::ContributionRow*>& contributions) {
  const auto has_result = [&](size_t cycle) {
    return cycle < contributions.size() && contributions[cycle] != nullptr &&
           HasCurrent(*contributions[cycle]);
  };
  const auto struggled = [&](size_t cycle) {
    return has_result(cycle) && contributions[cycle]->struggling();
  };
  const size_t cycle = has_result(0) ? 0 : 1;
  if (struggled(cycle)) {
    return {struggled(cycle + 1) ? v1::STRUGGLING_PERSISTING : v1::STRUGGLING_NEW, cycle};
  }
  if (cycle == 0 && struggled(1)) return {v1::STRUGGLING_RECOVERED, 0};
  return {};
}

}  // namespace throughline::evidence
