// A delivery to a webhook as a request, by the Standard Webhooks specification. Pure.
#pragma once

#include "core/date.h"
#include "notifications/delivery/delivery_keys.h"
#include "platform/http_client/http_client.h"
#include "throughline/notifications/v1/delivery.pb.h"
#include "throughline/notifications/v1/subscription.pb.h"

namespace throughline::notifications {

// The same body for every attempt; signed now, with every key that has not ended, newest first.
platform::HttpPost WebhookRequest(const v1::Delivery& delivery,
                                  const v1::Subscription& subscription, const DeliveryKeys& keys,
                                  core::Instant now);

}  // namespace throughline::notifications
