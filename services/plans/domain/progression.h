// A team's learning progression.
#pragma once

#include "decider/decider.h"
#include "throughline/plans/v1/plans_events.pb.h"
#include "throughline/plans/v1/plans_service.pb.h"

namespace throughline::plans {

void Decide(const v1::UpsertProgressionRequest& request, decider::Turn& turn);
void Apply(const v1::ProgressionChanged& changed, core::Instant now, decider::State& state);

}  // namespace throughline::plans
