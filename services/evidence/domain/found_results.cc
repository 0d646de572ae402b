#include "evidence/domain/found_results.h"

#include <utility>
#include <vector>

#include "evidence/domain/tables.h"
#include "evidence/domain/team_keys.h"
#include "evidence/domain/trail.h"

namespace throughline::evidence {

FoundResults ResultsIn(const std::string& district, const std::string& school,
                       const v1::Assessment& assessment, DaySpan days,
                       const decider::State& state) {
  std::vector<TeamKey> teams{{district, school, ""}};  // classes of no team
  const std::string prefix = JoinKey(district, school, "");
  state.ForEach(kTeams, prefix, [&](const std::string& key, const v1::TeamRow&) {
    teams.push_back({district, school, key.substr(prefix.size())});
  });
  FoundResults found;
  const int32_t from = StretchOf(days.first), to = StretchOf(days.last);
  for (const TeamKey& team : teams) {
    for (const std::string& indicator : assessment.indicators()) {
      for (int32_t stretch = from; stretch <= to; ++stretch) {
        const std::string trails = TrailKey(team, indicator, stretch, "");
        state.ForEach(kTrails, trails, [&](const std::string& key, const v1::TrailRow& trail) {
          for (v1::TrailPoint& point : PointsOf(trail)) {
            const bool is_it = point.assessment() == assessment.assessment() &&
                               days.first <= point.day() && point.day() <= days.last;
            if (is_it) found[key.substr(trails.size())][point.result()] = std::move(point);
          }
        });
      }
    }
  }
  return found;
}

}  // namespace throughline::evidence
