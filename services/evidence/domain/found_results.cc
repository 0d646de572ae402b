#include "evidence/domain/found_results.h"

#include <utility>

#include "evidence/domain/tables.h"
#include "evidence/domain/team_keys.h"
#include "evidence/domain/trail.h"

namespace throughline::evidence {

FoundResults ResultsIn(const std::string& district, const std::string& school,
                       const v1::Assessment& assessment, DaySpan days,
                       const decider::State& state) {
  FoundResults found;
  const int32_t from = StretchOf(days.first), to = StretchOf(days.last);
  for (const std::string& indicator : assessment.indicators()) {
    for (int32_t stretch = from; stretch <= to; ++stretch) {
      const std::string trails(TrailKeys(district, school, indicator, stretch).Of(""));
      state.ForEach(kTrails, trails, [&](const std::string& key, const v1::TrailRow& trail) {
        for (v1::TrailPoint& point : PointsOf(trail)) {
          const bool is_it = point.assessment() == assessment.assessment() &&
                             days.first <= point.day() && point.day() <= days.last;
          if (is_it) found[key.substr(trails.size())][point.result()] = std::move(point);
        }
      });
    }
  }
  return found;
}

}  // namespace throughline::evidence
