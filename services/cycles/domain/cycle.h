// A team's inquiry cycle: scheduled → analyze → design → implement → refine → closed, or cancelled.
#pragma once

#include "decider/decider.h"
#include "throughline/cycles/v1/cycles_events.pb.h"
#include "throughline/cycles/v1/cycles_service.pb.h"

namespace throughline::cycles {

void Decide(const v1::ScheduleCycleRequest& request, decider::Turn& turn);
void Decide(const v1::RecordAnalysisRequest& request, decider::Turn& turn);
void Decide(const v1::RecordDesignRequest& request, decider::Turn& turn);
void Decide(const v1::RecordLookRequest& request, decider::Turn& turn);
void Decide(const v1::RecordRefinementRequest& request, decider::Turn& turn);
void Decide(const v1::EndPhaseRequest& request, decider::Turn& turn);
void Decide(const v1::CancelCycleRequest& request, decider::Turn& turn);

void Apply(const v1::CycleScheduled& scheduled, core::Instant time, decider::State& state);
void Apply(const v1::PhaseStarted& started, decider::State& state);
void Apply(const v1::ArtefactsRecorded& recorded, decider::State& state);
void Apply(const v1::CycleClosed& closed, core::Instant time, decider::State& state);
void Apply(const v1::CycleCancelled& cancelled, decider::State& state);

// Schedules a team's next cycle, from `start` on; returns it.
v1::Cycle Schedule(const v1::Cycle& like, core::Date start, decider::Turn& turn);
// Records a look at evidence; the cycle is in implement.
void RecordLook(const v1::Cycle& cycle, const v1::EvidenceLook& look, decider::Turn& turn);

}  // namespace throughline::cycles
