// What is shown of the scores of a school on an assessment, all classes together: the variance of a
// district is estimated from it.
//
// It follows the exact sums by the rule of disclosure/release.h, with the students of the school as
// the cell, each once, however many results or classes they have. Some seconds after results came,
// and not at each batch: what comes together is then shown together, to the last student.
#pragma once

#include <string>
#include <string_view>

#include "decider/decider.h"
#include "throughline/evidence/v1/evidence_events.pb.h"

namespace throughline::evidence {

inline constexpr std::string_view kScoresDue =
    "scores/";  // scores/0 or 1/district/assessment/school

// For Apply: results of the assessment were counted.
void SetReleaseTimer(std::string_view district, std::string_view assessment,
                     std::string_view school, core::Instant time, decider::State& state);

void DecideRelease(std::string_view timer, decider::Turn& turn);
void Apply(const v1::ScoresReleased& released, core::Instant time, decider::State& state);

}  // namespace throughline::evidence
