// What teams record of the phases of a cycle, each while its phase is open.
#pragma once

#include "decider/decider.h"
#include "throughline/cycles/v1/cycles_events.pb.h"
#include "throughline/cycles/v1/cycles_service.pb.h"

namespace throughline::cycles {

void Decide(const v1::RecordAnalysisRequest& request, decider::Turn& turn);
void Decide(const v1::RecordDesignRequest& request, decider::Turn& turn);
void Decide(const v1::RecordLookRequest& request, decider::Turn& turn);
void Decide(const v1::RecordRefinementRequest& request, decider::Turn& turn);

// Records a look at evidence; the cycle is in implement.
void RecordLook(const v1::Cycle& cycle, const v1::EvidenceLook& look, decider::Turn& turn);

void Apply(const v1::ArtefactsRecorded& recorded, decider::State& state);

}  // namespace throughline::cycles
