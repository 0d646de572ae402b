// Deliveries: what is brought to webhooks and readers of mail, decided on the district's key.
//
// A delivery is requested, and its first attempt is due. The delivery worker records by
// RecordAttempt how an attempt ended: it has arrived, or it is tried again by the schedule, or it
// is dead. Attempts are numbered, and only one that is due counts, so that an attempt that was made
// or recorded twice counts once. A dead letter stays for 30 days, and may be redelivered: the same
// id, and the schedule from its beginning. A webhook that answers 410 is disabled.
#pragma once

#include "decider/decider.h"
#include "throughline/notifications/v1/notifications_events.pb.h"
#include "throughline/notifications/v1/notifications_service.pb.h"

namespace throughline::notifications {

inline constexpr std::string_view kAttemptDue = "delivery/";         // + district/delivery
inline constexpr std::string_view kDeadLetterOver = "dead_letter/";  // + district/delivery

// The part of a notification that a subscription is about; empty lists when there is none.
v1::Notification NotificationFor(const v1::Subscription& subscription,
                                 const v1::Notification& notification);
// Emits the request of a delivery with this content; nothing when it is there already.
void Request(v1::Delivery delivery, decider::Turn& turn);

void DecideDelivery(const v1::NotificationForwarded& forwarded, decider::Turn& turn);
void Decide(const v1::SendTestDeliveryRequest& request, decider::Turn& turn);
void Decide(const v1::RecordAttempt& command, decider::Turn& turn);
void Decide(const v1::RedeliverDeadLetterRequest& request, decider::Turn& turn);
void DecideAttempt(std::string_view timer, decider::Turn& turn);
void DecideDeadLetterOver(std::string_view timer, decider::Turn& turn);

void Apply(const v1::DeliveryRequested& requested, core::Instant time, decider::State& state);
void Apply(const v1::AttemptDue& due, core::Instant time, decider::State& state);
void Apply(const v1::AttemptFailed& failed, core::Instant time, decider::State& state);
void Apply(const v1::DeliverySucceeded& succeeded, core::Instant time, decider::State& state);
void Apply(const v1::DeliveryDied& died, core::Instant time, decider::State& state);
void Apply(const v1::DeadLetterForgotten& forgotten, core::Instant time, decider::State& state);

}  // namespace throughline::notifications
