// Whether a group fell behind in a school, or in the district: the rule of a team's gap
// (behind.h), asked of differences within teams.
#pragma once

#include <string>

#include "decider/decider.h"
#include "throughline/evidence/v1/evidence_events.pb.h"

namespace throughline::evidence {

// Emits every gap that is newly met, or no longer, on all indicators together; an empty school: of
// the district.
void EvaluatePooledGaps(const std::string& district, const std::string& school,
                        decider::Turn& turn);

// For Apply: a gap of a school or of the district.
void ApplyPooled(const v1::EvidenceMoved& moved, decider::State& state);

}  // namespace throughline::evidence
