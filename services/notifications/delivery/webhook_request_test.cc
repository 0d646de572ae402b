#include "notifications/delivery/webhook_request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace throughline::notifications {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::StartsWith;

const DeliveryKeys kSigningKeys(runtime::Secret{7});
const core::Instant kNow = *core::ParseInstant("2026-09-01T12:00:00Z");

v1::Subscription Hook() {
  v1::Subscription subscription;
  subscription.set_district("d");
  subscription.set_subscription("hook");
  subscription.mutable_webhook()->set_url("https://example.org/hook");
  subscription.mutable_webhook()->add_keys()->set_key("new");
  return subscription;
}

v1::Delivery NotificationDelivery() {
  v1::Delivery delivery;
  delivery.set_delivery("id");
  delivery.set_created_at_ms(core::ToMillis(kNow) - 5000);
  delivery.mutable_notification()->set_school("north \"x\"");
  return delivery;
}

std::string SignaturesOf(const platform::HttpPost& post) {
  return *std::find_if(post.headers.begin(), post.headers.end(), [](const std::string& header) {
    return header.starts_with("webhook-signature:");
  });
}

TEST(WebhookRequest, SaysTypeTimeAndData) {
  const auto post = WebhookRequest(NotificationDelivery(), Hook(), kSigningKeys, kNow);
  EXPECT_EQ(post.url, "https://example.org/hook");
  EXPECT_EQ(post.body, R"({"type":"alert.notified","timestamp":"2026-09-01T11:59:55.000Z",)"
                       R"("data":{"school":"north \"x\""}})");
  EXPECT_THAT(post.headers, Contains("webhook-id: id"));
  EXPECT_THAT(post.headers, Contains("webhook-timestamp: 1788264000"));
  EXPECT_THAT(post.headers, Contains("Content-Type: application/json"));
}

TEST(WebhookRequest, ALaterAttemptHasTheSameIdAndBodyAndIsSignedAnew) {
  const auto first = WebhookRequest(NotificationDelivery(), Hook(), kSigningKeys, kNow);
  const auto later =
      WebhookRequest(NotificationDelivery(), Hook(), kSigningKeys, kNow + std::chrono::hours(1));
  EXPECT_EQ(first.body, later.body);
  EXPECT_EQ(first.headers[0], later.headers[0]);
  EXPECT_NE(SignaturesOf(first), SignaturesOf(later));
}

TEST(WebhookRequest, IsSignedWithEveryKeyThatHasNotEnded) {
  v1::Subscription hook = Hook();
  auto& old = *hook.mutable_webhook()->add_keys();
  old.set_key("old");
  old.set_ends_at_ms(core::ToMillis(kNow) + 1);
  const std::string both =
      SignaturesOf(WebhookRequest(NotificationDelivery(), hook, kSigningKeys, kNow));
  EXPECT_EQ(std::count(both.begin(), both.end(), ','), 2);
  const std::string one =
      SignaturesOf(WebhookRequest(NotificationDelivery(), Hook(), kSigningKeys, kNow));
  EXPECT_THAT(both, StartsWith(one + " ")) << "the newest first";
  const auto after = kNow + std::chrono::milliseconds(1);
  EXPECT_EQ(SignaturesOf(WebhookRequest(NotificationDelivery(), hook, kSigningKeys, after)),
            SignaturesOf(WebhookRequest(NotificationDelivery(), Hook(), kSigningKeys, after)));
}

TEST(WebhookRequest, ATrialIsATypeOfItsOwn) {
  v1::Delivery trial;
  trial.mutable_trial()->set_subscription("hook");
  EXPECT_THAT(WebhookRequest(trial, Hook(), kSigningKeys, kNow).body,
              HasSubstr(R"({"type":"subscription.tested")"));
}

}  // namespace
}  // namespace throughline::notifications
