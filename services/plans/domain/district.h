// A district: decided on its own key, adopted by every partition.
#pragma once

#include "decider/decider.h"
#include "throughline/plans/v1/plans_events.pb.h"
#include "throughline/plans/v1/plans_service.pb.h"

namespace throughline::plans {

void Decide(const v1::CreateDistrictRequest& request, decider::Turn& turn);
void Decide(const v1::AddTermsRequest& request, decider::Turn& turn);
void Decide(const v1::UpdateDistrictRequest& request, decider::Turn& turn);
// A delivery: every partition takes the district over.
void Decide(const v1::DistrictChanged& changed, decider::Turn& turn);

void Apply(const v1::DistrictChanged& changed, decider::State& state);
void Apply(const v1::DistrictAdopted& adopted, core::Instant now, decider::State& state);

}  // namespace throughline::plans
