// Where subscribers outside are reached: webhooks with their signing keys, and readers of digests.
// Pure.
#pragma once

#include <optional>
#include <string>

#include "core/result.h"
#include "decider/decider.h"
#include "throughline/notifications/v1/subscription.pb.h"

namespace throughline::notifications {

// The first thing wrong with how the subscription is to be notified; nullopt when nothing is.
std::optional<core::Error> CheckEndpoint(const v1::Subscription& subscription);

// Whether something can be sent: to a webhook that is not disabled, or to readers.
bool IsReachable(const v1::Subscription& subscription);

// Puts a new key first; the older ones end `overlap` from now at the latest, and those that have
// ended are forgotten. Returns the new key's id.
std::string AddKey(v1::Subscription& subscription, std::chrono::seconds overlap,
                   const decider::Turn& turn);

}  // namespace throughline::notifications
