// Subscriptions: decided on the district's key, adopted by every partition. Of a webhook's keys an
// event has the ids only; what is made of them never passes here.
#pragma once

#include <string>

#include "decider/decider.h"
#include "throughline/notifications/v1/notifications_events.pb.h"
#include "throughline/notifications/v1/notifications_service.pb.h"

namespace throughline::notifications {

void Decide(const v1::UpsertSubscriptionRequest& request, decider::Turn& turn);
void Decide(const v1::DeleteSubscriptionRequest& request, decider::Turn& turn);
void Decide(const v1::RotateWebhookSecretRequest& request, decider::Turn& turn);
void Decide(const v1::EndDigest& command, decider::Turn& turn);
void Decide(const v1::SubscriptionChanged& delivered, decider::Turn& turn);
// The webhook said that it is gone: nothing more is sent there. Nothing happens when the
// subscription has another version by now.
void Disable(const std::string& district, const std::string& subscription, int64_t version,
             decider::Turn& turn);

void Apply(const v1::SubscriptionChanged& changed, core::Instant time, decider::State& state);
void Apply(const v1::SubscriptionAdopted& adopted, core::Instant time, decider::State& state);

}  // namespace throughline::notifications
