// Which practices of a district are to be assessed anew, and which cycles compared, and when: at
// most every ten seconds, however much is said of them. On the district's key.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "decider/decider.h"
#include "throughline/cycles/v1/practice_events.pb.h"

namespace throughline::cycles {

inline constexpr std::string_view kAssessmentDue = "practices/";  // + district

// Practices, and measures (MeasureOf): whatever was tried on them is to be assessed.
struct Stale {
  std::set<std::string> practices;
  std::set<std::string> measures = {};
  // `<measure>/<start>/<end>`: cycles that can be compared with those of the window are compared.
  std::set<std::string> windows = {};
};
// For Apply: asks for an assessment.
void SetAssessment(const std::string& district, const Stale& stale, core::Instant time,
                   decider::State& state);

void Apply(const v1::PracticesAssessed& assessed, core::Instant time, decider::State& state);

}  // namespace throughline::cycles
