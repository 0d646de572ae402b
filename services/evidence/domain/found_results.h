// What has come of an assessment in a school, found again in the trails of its students: for what
// begins to be counted after results came. It costs as much as there are results of these days, so
// it is for what happens once. Only results of indicators are in trails.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "decider/decider.h"
#include "throughline/evidence/v1/assessment.pb.h"
#include "throughline/evidence/v1/rows.pb.h"

namespace throughline::evidence {

// Days since 1970-01-01, the last one included.
struct DaySpan {
  int32_t first = 0;
  int32_t last = 0;
};

// By student and result: a result is in the trail of each indicator that it is of.
using FoundResults = std::map<std::string, std::map<uint64_t, v1::TrailPoint>>;

FoundResults ResultsIn(const std::string& district, const std::string& school,
                       const v1::Assessment& assessment, DaySpan days, const decider::State& state);

}  // namespace throughline::evidence
