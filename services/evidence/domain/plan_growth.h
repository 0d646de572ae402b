// Notes the growth that the published plans of a school desire, and evaluates anew what it changes;
// and which assessments feed their measures (school_means.h).
#pragma once

#include "decider/decider.h"
#include "throughline/evidence/v1/evidence_events.pb.h"
#include "throughline/plans/v1/plans_events.pb.h"

namespace throughline::evidence {

void Decide(const plans::v1::SitePlanPublished& published, decider::Turn& turn);
void Decide(const plans::v1::SitePlanChanged& changed, decider::Turn& turn);

// Notes it unless it is known already.
void Note(const v1::DesiredGrowthNoted& noted, decider::Turn& turn);

void Apply(const v1::DesiredGrowthNoted& noted, core::Instant time, decider::State& state);

}  // namespace throughline::evidence
