// The growth that is desired of an indicator: the cycle's own, else that of the school's published
// plan, else the district's policy.
#pragma once

#include "decider/state.h"
#include "evidence/domain/team_keys.h"
#include "throughline/evidence/v1/rows.pb.h"

namespace throughline::evidence {

// As a share of the baseline mean a year.
double DesiredGrowthPerYear(const EvidenceKey& evidence, const v1::Watch& watch,
                            const decider::State& state);

}  // namespace throughline::evidence
