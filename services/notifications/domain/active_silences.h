// The silences that a partition has adopted: whether one is over, and which keep an alert quiet.
#pragma once

#include <optional>

#include "core/date.h"
#include "decider/state.h"
#include "throughline/notifications/v1/alert.pb.h"
#include "throughline/notifications/v1/subscription.pb.h"

namespace throughline::notifications {

bool IsOver(const v1::Silence& silence, core::Instant time);

// The end of the silence that keeps the alert quiet longest at this time; nullopt when none does:
// of students' privacy no silence keeps anybody from being told.
std::optional<core::Instant> SilencedUntil(const v1::Alert& alert, core::Instant time,
                                           const decider::State& state);

}  // namespace throughline::notifications
