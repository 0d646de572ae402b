// A phase that was ended by mistake is open again, and what its end began is taken back.
#pragma once

#include "decider/decider.h"
#include "throughline/cycles/v1/cycles_events.pb.h"
#include "throughline/cycles/v1/cycles_service.pb.h"

namespace throughline::cycles {

void Decide(const v1::ReopenPhaseRequest& request, decider::Turn& turn);

void Apply(const v1::PhaseReopened& reopened, decider::State& state);

}  // namespace throughline::cycles
