// Subscriptions: decided on the district's key, adopted by every partition.
#pragma once

#include "decider/decider.h"
#include "throughline/notifications/v1/notifications_events.pb.h"
#include "throughline/notifications/v1/notifications_service.pb.h"

namespace throughline::notifications {

void Decide(const v1::UpsertSubscriptionRequest& request, decider::Turn& turn);
void Decide(const v1::DeleteSubscriptionRequest& request, decider::Turn& turn);
void Decide(const v1::SubscriptionChanged& delivered, decider::Turn& turn);

void Apply(const v1::SubscriptionChanged& changed, decider::State& state);
void Apply(const v1::SubscriptionAdopted& adopted, decider::State& state);

}  // namespace throughline::notifications
