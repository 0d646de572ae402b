// A visit to a school: planned → packet → held → debriefed → followed up, or cancelled.
#pragma once

#include "decider/decider.h"
#include "throughline/cycles/v1/visit_events.pb.h"
#include "throughline/cycles/v1/visits_service.pb.h"

namespace throughline::cycles {

// Whether the schools of the visitors are the district's is known to other partitions: whoever
// takes the command in asks before (visits_service.cc).
void Decide(const v1::PlanVisitRequest& request, decider::Turn& turn);
void Decide(const v1::PrepareVisitRequest& request, decider::Turn& turn);
void Decide(const v1::RecordRoomRequest& request, decider::Turn& turn);
void Decide(const v1::RecordDebriefRequest& request, decider::Turn& turn);
void Decide(const v1::EndVisitStepRequest& request, decider::Turn& turn);
void Decide(const v1::CancelVisitRequest& request, decider::Turn& turn);

void Apply(const v1::VisitPlanned& planned, decider::State& state);
void Apply(const v1::VisitPrepared& prepared, decider::State& state);
void Apply(const v1::VisitPacketTaken& taken, decider::State& state);
void Apply(const v1::RoomRecorded& recorded, decider::State& state);
void Apply(const v1::VisitHeld& held, decider::State& state);
void Apply(const v1::DebriefRecorded& recorded, decider::State& state);
void Apply(const v1::VisitDebriefed& debriefed, decider::State& state);
void Apply(const v1::VisitFollowedUp& followed_up, decider::State& state);
void Apply(const v1::VisitCancelled& cancelled, decider::State& state);

}  // namespace throughline::cycles
