// Subscriptions: decided on the district's key, adopted by every partition. Of a webhook's keys an
// event has the ids only; what is made of them never passes here.
#pragma once

#include <string>

#include "decider/decider.h"
#include "notifications/domain/tables.h"
#include "throughline/notifications/v1/notifications_events.pb.h"
#include "throughline/notifications/v1/notifications_service.pb.h"

namespace throughline::notifications {

// Whether the caller may see and change it: its owner may, and district administrators, and
// everybody where there are no credentials. One of nobody's is the administrators'.
bool MayChange(const common::v1::Caller& caller, const v1::Subscription& subscription);

// The subscription that a request names; null when there is none that its caller may change.
template <class Request>
const v1::Subscription* KnownToCaller(const Request& request, const decider::State& state) {
  const auto* known =
      state.Find(kOwnSubscriptions, JoinKey(request.district(), request.subscription()));
  return known != nullptr && MayChange(request.caller(), *known) ? known : nullptr;
}

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
