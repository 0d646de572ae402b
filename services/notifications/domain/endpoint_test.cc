#include "notifications/domain/endpoint.h"

#include "notifications/domain/delivery_fixture.h"

namespace throughline::notifications {
namespace {

using std::chrono::seconds;

class EndpointTest : public DeliveryFixture {
 protected:
  v1::Subscription Made(const v1::UpsertSubscriptionRequest& request) {
    return fixture_.Give(request).AnswerAs<v1::UpsertSubscriptionResponse>().subscription();
  }
  v1::RotateWebhookSecretResponse Rotate(int32_t overlap_s) {
    v1::RotateWebhookSecretRequest request;
    request.set_district("d");
    request.set_subscription("hook");
    request.set_overlap_s(overlap_s);
    return fixture_.Give(request).AnswerAs<v1::RotateWebhookSecretResponse>();
  }
};

TEST_F(EndpointTest, AUrlIsAbsoluteAndSaysNoUser) {
  for (const char* url : {"https://example.org", "https://example.org/a/b?c=d",
                          "https://[2606::1]:8443/x", "http://example.org/"}) {
    EXPECT_EQ(ReasonOf(Hook("hook", url)), "") << url;
  }
  for (const std::string& url :
       {std::string(), std::string("example.org"), std::string("ftp://example.org"),
        std::string("https://"), std::string("https:///path"),
        std::string("https://user:word@example.org/"), std::string("https://example.org/#part"),
        std::string("https://example.org/a b"), std::string("https://example.org/\r\nX: y"),
        "https://example.org/" + std::string(2000, 'x')}) {
    EXPECT_EQ(ReasonOf(Hook("hook", url)), "WEBHOOK_URL_INVALID") << url;
  }
}

TEST_F(EndpointTest, ReadersAreAFewDifferentMailAddresses) {
  EXPECT_EQ(ReasonOf(Readers({"ana@example.org", "b.c+d@mail.example.org"})), "");
  EXPECT_EQ(ReasonOf(Readers({})), "ADDRESSES_INVALID");
  EXPECT_EQ(ReasonOf(Readers({"ana@example.org", "ana@example.org"})), "ADDRESSES_INVALID");
  EXPECT_EQ(ReasonOf(Readers(std::vector<std::string>(11, "x@example.org"))), "ADDRESSES_INVALID");
  for (const char* address : {"", "ana", "@example.org", "ana@", "a@b@c", "a b@c",
                              "ana@example.org>\r\nRCPT TO:<b@c", "ana@example.org,b@c"}) {
    EXPECT_EQ(ReasonOf(Readers({address})), "ADDRESSES_INVALID") << address;
  }
  EXPECT_EQ(ReasonOf(Readers({"ana@example.org"}, 24)), "HOUR_INVALID");
  EXPECT_EQ(ReasonOf(Readers({"ana@example.org"}, -1)), "HOUR_INVALID");
}

TEST_F(EndpointTest, WhatIsSaidOfAnotherChannelIsRefused) {
  auto both = Hook();
  both.mutable_subscription()->mutable_digest()->set_hour(6);
  EXPECT_EQ(ReasonOf(both), "CHANNEL_CONTRADICTED");
  auto stream = Hook();
  stream.mutable_subscription()->set_channel(v1::CHANNEL_STREAM);
  EXPECT_EQ(ReasonOf(stream), "CHANNEL_CONTRADICTED");
}

TEST_F(EndpointTest, AWebhookHasAKeyFromTheFirstAndKeepsIt) {
  auto request = Hook();
  request.mutable_subscription()->mutable_webhook()->add_keys()->set_key("chosen");
  const auto made = fixture_.Give(request).AnswerAs<v1::UpsertSubscriptionResponse>();
  ASSERT_EQ(made.subscription().webhook().keys_size(), 1);
  EXPECT_EQ(made.new_key(), made.subscription().webhook().keys(0).key());
  EXPECT_NE(made.new_key(), "chosen");
  const auto moved = fixture_.Give(Hook("hook", "https://example.org/elsewhere"))
                         .AnswerAs<v1::UpsertSubscriptionResponse>();
  EXPECT_EQ(moved.new_key(), "");
  EXPECT_EQ(moved.subscription().webhook().keys(0).key(), made.new_key());
}

TEST_F(EndpointTest, ASubscriptionThatIsMadeAgainHasAnotherKey) {
  const std::string first = Made(Hook()).webhook().keys(0).key();
  v1::DeleteSubscriptionRequest remove;
  remove.set_district("d");
  remove.set_subscription("hook");
  fixture_.Give(remove);
  EXPECT_NE(Made(Hook()).webhook().keys(0).key(), first);
}

TEST_F(EndpointTest, ANewKeyIsFirstAndTheOlderOnesEnd) {
  const std::string first = Made(Hook()).webhook().keys(0).key();
  const auto rotated = Rotate(3600);
  const auto& keys = rotated.subscription().webhook().keys();
  ASSERT_EQ(keys.size(), 2);
  EXPECT_EQ(keys[0].key(), rotated.new_key());
  EXPECT_EQ(keys[0].ends_at_ms(), 0);
  EXPECT_EQ(keys[1].key(), first);
  EXPECT_EQ(keys[1].ends_at_ms(), core::ToMillis(fixture_.now() + seconds(3600)));
  EXPECT_EQ(Rotate(0).subscription().webhook().keys_size(), 1) << "the others end at once";
  for (int i = 0; i < 10; ++i) Rotate(3600);
  EXPECT_EQ(Rotate(3600).subscription().webhook().keys_size(), 5);
}

TEST_F(EndpointTest, OnlyAWebhookHasASecretAndAnOverlapIsAMonthAtMost) {
  v1::RotateWebhookSecretRequest request;
  request.set_district("d");
  request.set_subscription("digest");
  EXPECT_EQ(ReasonOf(request), "SUBSCRIPTION_UNKNOWN");
  fixture_.Give(Readers({"ana@example.org"}));
  EXPECT_EQ(ReasonOf(request), "NOT_A_WEBHOOK");
  request.set_overlap_s(30 * 86400 + 1);
  EXPECT_EQ(ReasonOf(request), "OVERLAP_INVALID");
}

}  // namespace
}  // namespace throughline::notifications
