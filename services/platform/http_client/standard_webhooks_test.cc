#include "platform/http_client/standard_webhooks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/base64.h"

namespace throughline::platform {
namespace {

using testing::ElementsAre;

// RFC 4231, test case 2.
TEST(StandardWebhooks, TheHashIsThatOfTheStandard) {
  const std::string digest = HmacSha256("Jefe", "what do ya want for nothing?");
  EXPECT_EQ(runtime::ToBase64(digest, runtime::Base64::kStandard),
            "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM=");
}

// The example of the specification's own libraries.
TEST(StandardWebhooks, SignsAsTheSpecificationSays) {
  const std::string secret =
      *runtime::FromBase64("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", runtime::Base64::kStandard);
  EXPECT_EQ(WebhookSecretText(secret), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
  EXPECT_THAT(
      WebhookHeaders("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, R"({"test": 2432232314})",
                     {secret}),
      ElementsAre("webhook-id: msg_p5jXN8AQM9LWM0D4loKWxJek", "webhook-timestamp: 1614265330",
                  "webhook-signature: v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="));
}

TEST(StandardWebhooks, OneSignatureForEachSecret) {
  const auto both = WebhookHeaders("i", 1, "b", {"new", "old"});
  const auto newer = WebhookHeaders("i", 1, "b", {"new"});
  const auto older = WebhookHeaders("i", 1, "b", {"old"});
  EXPECT_EQ(both[2], newer[2] + older[2].substr(std::string("webhook-signature:").size()));
}

}  // namespace
}  // namespace throughline::platform
