// Schools of a district and their teams.
#pragma once

#include "decider/decider.h"
#include "throughline/plans/v1/plans_events.pb.h"
#include "throughline/plans/v1/plans_service.pb.h"

namespace throughline::plans {

void Decide(const v1::UpsertSchoolRequest& request, decider::Turn& turn);
void Decide(const v1::UpsertTeamsRequest& request, decider::Turn& turn);

void Apply(const v1::SchoolChanged& changed, core::Instant now, decider::State& state);
void Apply(const v1::TeamChanged& changed, decider::State& state);

}  // namespace throughline::plans
