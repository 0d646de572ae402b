// The alert about emergency access: raised when it is taken, and resolved when it is over. It says
// who, where, why and until when.
#pragma once

#include "decider/decider.h"
#include "throughline/plans/v1/plans_events.pb.h"

namespace throughline::notifications {

void Decide(const plans::v1::EmergencyAccessTaken& taken, decider::Turn& turn);
void Decide(const plans::v1::EmergencyAccessEnded& ended, decider::Turn& turn);

}  // namespace throughline::notifications
