// Which cycles of which teams are watched, as the cycles service says.
#pragma once

#include "decider/decider.h"
#include "evidence/domain/team_evidence.h"
#include "throughline/cycles/v1/cycles_events.pb.h"
#include "throughline/evidence/v1/evidence_events.pb.h"

namespace throughline::evidence {

void Decide(const cycles::v1::CycleScheduled& scheduled, decider::Turn& turn);
void Decide(const cycles::v1::ArtefactsRecorded& recorded, decider::Turn& turn);
void Decide(const cycles::v1::CycleClosed& closed, decider::Turn& turn);
void Decide(const cycles::v1::CycleCancelled& cancelled, decider::Turn& turn);
void Decide(const cycles::v1::PhaseReopened& reopened, decider::Turn& turn);
// What was recorded of a cycle is so again, and evaluated as it is now.
void WatchAgain(const v1::CycleWatched& watched, decider::Turn& turn);
// Half of a cycle has passed.
void DecideMidCycle(std::string_view timer, decider::Turn& turn);
inline constexpr std::string_view kMidCycle = "mid_cycle/";  // mid_cycle/district/school/team/cycle

void Apply(const v1::CycleWatched& watched, core::Instant time, decider::State& state);

}  // namespace throughline::evidence
