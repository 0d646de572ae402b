// The growth that is desired of an indicator: the cycle's own, else that of the school's published
// plan, else the district's policy.
#pragma once

#include "decider/decider.h"
#include "evidence/domain/team_evidence.h"
#include "throughline/evidence/v1/evidence_events.pb.h"
#include "throughline/plans/v1/plans_events.pb.h"

namespace throughline::evidence {

// As a share of the baseline mean a year.
double DesiredGrowthPerYear(const EvidenceKey& evidence, const v1::Watch& watch,
                            const decider::State& state);

void Decide(const plans::v1::SitePlanPublished& published, decider::Turn& turn);
void Decide(const plans::v1::SitePlanChanged& changed, decider::Turn& turn);

void Apply(const v1::DesiredGrowthNoted& noted, decider::State& state);

}  // namespace throughline::evidence
