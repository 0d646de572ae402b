// Silences: decided on the district's key, adopted by every partition. A partition forgets those
// that are over; the district's own list keeps them for a while.
#pragma once

#include <optional>

#include "decider/decider.h"
#include "throughline/notifications/v1/notifications_events.pb.h"
#include "throughline/notifications/v1/notifications_service.pb.h"

namespace throughline::notifications {

// The end of the silence that keeps the alert quiet longest at this time; nullopt when none does.
std::optional<core::Instant> SilencedUntil(const v1::Alert& alert, core::Instant time,
                                           const decider::State& state);

void Decide(const v1::CreateSilenceRequest& request, decider::Turn& turn);
void Decide(const v1::EndSilenceRequest& request, decider::Turn& turn);
void Decide(const v1::SilenceChanged& delivered, decider::Turn& turn);

void Apply(const v1::SilenceChanged& changed, core::Instant time, decider::State& state);
void Apply(const v1::SilenceAdopted& adopted, core::Instant time, decider::State& state);

}  // namespace throughline::notifications
