// Assessments and line items of a district: decided on its own key, adopted by every partition.
#pragma once

#include "decider/decider.h"
#include "throughline/evidence/v1/evidence_events.pb.h"
#include "throughline/evidence/v1/evidence_service.pb.h"

namespace throughline::evidence {

void Decide(const v1::DefineAssessmentsRequest& request, decider::Turn& turn);
// A delivery: every partition takes the definitions over.
void Decide(const v1::AssessmentsDefined& defined, decider::Turn& turn);

void Apply(const v1::AssessmentsDefined& defined, decider::State& state);
void Apply(const v1::AssessmentsAdopted& adopted, decider::State& state);

}  // namespace throughline::evidence
