// Templates of a district: decided on its own key, and copied by whoever begins with them.
#pragma once

#include "decider/decider.h"
#include "throughline/plans/v1/rubric_events.pb.h"
#include "throughline/plans/v1/rubrics_service.pb.h"

namespace throughline::plans {

void Decide(const v1::UpsertTemplateRequest& request, decider::Turn& turn);
void Decide(const v1::RemoveTemplateRequest& request, decider::Turn& turn);

void Apply(const v1::TemplateChanged& changed, decider::State& state);
void Apply(const v1::TemplateRemoved& removed, decider::State& state);

}  // namespace throughline::plans
