// A team's inquiry cycle: scheduled → analyze → design → implement → refine → closed, or cancelled.
#pragma once

#include <string>

#include "decider/decider.h"
#include "throughline/cycles/v1/cycles_events.pb.h"
#include "throughline/cycles/v1/cycles_service.pb.h"
#include "throughline/plans/v1/district.pb.h"

namespace throughline::cycles {

void Decide(const v1::ScheduleCycleRequest& request, decider::Turn& turn);
void Decide(const v1::EndPhaseRequest& request, decider::Turn& turn);
void Decide(const v1::CancelCycleRequest& request, decider::Turn& turn);

void Apply(const v1::CycleScheduled& scheduled, core::Instant time, decider::State& state);
void Apply(const v1::PhaseStarted& started, decider::State& state);
void Apply(const v1::CycleClosed& closed, core::Instant time, decider::State& state);
void Apply(const v1::CycleCancelled& cancelled, decider::State& state);

// Gives a cycle up that is not over.
void Cancel(const v1::Cycle& cycle, const std::string& reason, decider::Turn& turn);
// The design is not done any more: takes back the adoptions that began with it and the offers that
// it took up.
void WithdrawDesign(const v1::Cycle& cycle, decider::Turn& turn);
// A team that works no longer gives its cycle up; one that works again goes on.
void DecideTeam(const plans::v1::Team& team, decider::Turn& turn);

}  // namespace throughline::cycles
