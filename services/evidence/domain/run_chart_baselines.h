// Decisions that the centre of a run chart is computed anew, by a team of its own chart or by a
// school.
#pragma once

#include "decider/decider.h"
#include "throughline/evidence/v1/evidence_events.pb.h"
#include "throughline/evidence/v1/evidence_service.pb.h"

namespace throughline::evidence {

// The centre is the median of so many points from the day on; of fewer there is none.
inline constexpr int kBaselinePoints = 10;

void Decide(const v1::SetRunChartBaselineRequest& request, decider::Turn& turn);
void Apply(const v1::RunChartBaselineSet& set, decider::State& state);

}  // namespace throughline::evidence
