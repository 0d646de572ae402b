// The packet of a visit: the host's evidence as it stands.
#pragma once

#include "decider/state.h"
#include "throughline/cycles/v1/visit.pb.h"

namespace throughline::cycles {

// The numbers in it carry with them what of them may be shown, as everywhere in state and events.
v1::VisitPacket PacketOf(const v1::Visit& visit, const decider::State& state, core::Instant now);

}  // namespace throughline::cycles
