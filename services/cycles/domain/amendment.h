// Artefacts of phases that are over, amended while their cycle is open. What they said before is in
// the events.
#pragma once

#include "decider/decider.h"
#include "throughline/cycles/v1/cycles_service.pb.h"

namespace throughline::cycles {

void Decide(const v1::AmendArtefactRequest& request, decider::Turn& turn);

}  // namespace throughline::cycles
