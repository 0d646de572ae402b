// Silences: decided on the district's key, adopted by every partition. A partition forgets those
// that are over; the district's own list keeps them for a while.
#pragma once

#include "decider/decider.h"
#include "throughline/notifications/v1/notifications_events.pb.h"
#include "throughline/notifications/v1/notifications_service.pb.h"

namespace throughline::notifications {

void Decide(const v1::CreateSilenceRequest& request, decider::Turn& turn);
void Decide(const v1::EndSilenceRequest& request, decider::Turn& turn);
void Decide(const v1::SilenceChanged& delivered, decider::Turn& turn);

void Apply(const v1::SilenceChanged& changed, core::Instant time, decider::State& state);
void Apply(const v1::SilenceAdopted& adopted, core::Instant time, decider::State& state);

}  // namespace throughline::notifications
