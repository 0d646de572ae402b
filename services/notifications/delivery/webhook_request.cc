#include "notifications/delivery/webhook_request.h"

#include <google/protobuf/util/json_util.h>

#include "notifications/domain/students_command.h"
#include "platform/http_client/standard_webhooks.h"

namespace throughline::notifications {

namespace {

// {"type": …, "timestamp": …, "data": …}; the first two need no escaping.
std::string BodyOf(const v1::Delivery& delivery) {
  const bool trial = delivery.has_trial();
  std::string data;
  v1::Notification notification = delivery.notification();
  for (v1::Alert& alert : *notification.mutable_firing()) SayStudentsCommand(alert);
  const auto status = trial ? google::protobuf::util::MessageToJsonString(delivery.trial(), &data)
                            : google::protobuf::util::MessageToJsonString(notification, &data);
  if (!status.ok()) data = "{}";
  return std::string(R"({"type":")") + (trial ? "subscription.tested" : "alert.notified") +
         R"(","timestamp":")" + core::FormatInstant(core::FromMillis(delivery.created_at_ms())) +
         R"(","data":)" + data + "}";
}

}  // namespace

platform::HttpPost WebhookRequest(const v1::Delivery& delivery,
                                  const v1::Subscription& subscription, const DeliveryKeys& keys,
                                  core::Instant now) {
  std::vector<std::string> secrets;
  for (const v1::SigningKey& key : subscription.webhook().keys()) {
    if (key.ends_at_ms() != 0 && key.ends_at_ms() <= core::ToMillis(now)) continue;
    for (std::string& secret :
         keys.SigningSecrets(subscription.district(), subscription.subscription(), key.key())) {
      secrets.push_back(std::move(secret));
    }
  }
  platform::HttpPost post;
  post.url = subscription.webhook().url();
  post.body = BodyOf(delivery);
  post.headers =
      platform::WebhookHeaders(delivery.delivery(), core::ToMillis(now) / 1000, post.body, secrets);
  post.headers.emplace_back("Content-Type: application/json");
  return post;
}

}  // namespace throughline::notifications
