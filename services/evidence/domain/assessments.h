// Assessments and line items of a district: decided on its own key, adopted by every partition.
#pragma once

#include "decider/decider.h"
#include "throughline/evidence/v1/evidence_events.pb.h"
#include "throughline/evidence/v1/evidence_service.pb.h"

namespace throughline::evidence {

void Decide(const v1::DefineAssessmentsRequest& request, decider::Turn& turn);
void Decide(const v1::RemoveAssessmentsRequest& request, decider::Turn& turn);
// Deliveries: every partition takes the definitions over, or gives them up.
void Decide(const v1::AssessmentsDefined& defined, decider::Turn& turn);
void Decide(const v1::AssessmentsRemoved& removed, decider::Turn& turn);

void Apply(const v1::AssessmentsDefined& defined, core::Instant time, decider::State& state);
void Apply(const v1::AssessmentsAdopted& adopted, core::Instant time, decider::State& state);
void Apply(const v1::AssessmentsRemoved& removed, decider::State& state);
void Apply(const v1::AssessmentRemovalAdopted& removed, decider::State& state);

}  // namespace throughline::evidence
