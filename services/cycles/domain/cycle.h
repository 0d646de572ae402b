// A team's inquiry cycle: scheduled → analyze → design → implement → refine → closed, or cancelled.
#pragma once

#include <optional>
#include <string_view>

#include "decider/decider.h"
#include "throughline/cycles/v1/cycles_events.pb.h"
#include "throughline/cycles/v1/cycles_service.pb.h"
#include "throughline/plans/v1/district.pb.h"

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
void Apply(const v1::NextCycleDeferred& deferred, decider::State& state);
void Apply(const v1::CycleCancelled& cancelled, decider::State& state);

// Schedules a team's next cycle, from `start` on; returns it.
// Schedules the next cycle, which is like that one and begins on the first teaching day from
// `start` on; when the terms do not have its days, that is left until they do: nullopt.
std::optional<v1::Cycle> ScheduleNext(const v1::Cycle& like, core::Date start, decider::Turn& turn);
// The calendar of a district changed: the cycles that wait for its days are scheduled.
void DecideWaiting(std::string_view district, decider::Turn& turn);
// A team that works no longer gives its cycle up; one that works again goes on.
void DecideTeam(const plans::v1::Team& team, decider::Turn& turn);
v1::Cycle Schedule(const v1::Cycle& like, core::Date start, decider::Turn& turn);
// Records a look at evidence; the cycle is in implement.
void RecordLook(const v1::Cycle& cycle, const v1::EvidenceLook& look, decider::Turn& turn);

}  // namespace throughline::cycles
