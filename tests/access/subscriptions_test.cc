// Whose a subscription is, who is told its secret, and whose name stands under what people do.
#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "guarded_services.h"

namespace throughline {
namespace {

namespace v1 = notifications::v1;
constexpr auto kRefused = grpc::StatusCode::PERMISSION_DENIED;

class Subscriptions : public testing::Test {
 protected:
  struct Caller {
    std::string district, token;
  };

  Caller CallerOf(const std::string& role, const std::string& subject,
                  const std::string& district = "d") {
    return {district, services_.TokenWith(role, district, {{"sub", subject}})};
  }
  template <class Response = v1::DeleteSubscriptionResponse>
  Response Ask(const std::string& method, const Caller& caller,
               const google::protobuf::Message& request,
               grpc::StatusCode expected = grpc::StatusCode::OK) {
    const std::string service =
        method == "CreateDistrict" ? "plans.v1.Plans" : "notifications.v1.Notifications";
    const auto answer = services_.Begin("/throughline." + service + "Service/" + method,
                                        caller.token, request.SerializeAsString())();
    EXPECT_EQ(answer.status.error_code(), expected) << method << answer.status.error_message();
    Response response;
    response.ParseFromString(answer.response);
    return response;
  }
  void Found(const Caller& administrator) {
    plans::v1::CreateDistrictRequest create;
    auto& district = *create.mutable_district();
    district.set_district(administrator.district);
    district.set_name(administrator.district);
    district.set_time_zone("UTC");
    auto& term = *district.mutable_calendar()->add_terms();
    term.set_first("2026-08-31");
    term.set_last("2027-06-01");
    term.set_name("Year");
    Ask("CreateDistrict", administrator, create);
    // Until notifications know it, too.
    v1::UpsertSubscriptionRequest upsert = Webhook(administrator, "");
    const std::string path =
        "/throughline.notifications.v1.NotificationsService/UpsertSubscription";
    upsert.mutable_subscription()->set_subscription("first");
    while (!services_.Call(path, administrator.token, upsert.SerializeAsString()).ok()) {
      std::this_thread::yield();
    }
  }
  static v1::UpsertSubscriptionRequest Webhook(const Caller& caller, const std::string& id) {
    v1::UpsertSubscriptionRequest upsert;
    upsert.set_request_id(id);
    auto& subscription = *upsert.mutable_subscription();
    subscription.set_district(caller.district);
    subscription.set_subscriber("whoever");
    subscription.set_owner("whoever");
    subscription.set_channel(v1::CHANNEL_WEBHOOK);
    subscription.mutable_webhook()->set_url("https://hooks.example.org/" + caller.district);
    return upsert;
  }
  v1::UpsertSubscriptionResponse Subscribe(const Caller& caller, const std::string& id) {
    return Ask<v1::UpsertSubscriptionResponse>("UpsertSubscription", caller, Webhook(caller, id));
  }
  Caller LeaderOf(const std::string& school, const std::string& subject) {
    return {"d", services_.TokenWith("school_leader", "d", {{"sub", subject}, {"school", school}})};
  }
  v1::UpsertSubscriptionResponse SubscribeTo(const std::string& school, const Caller& caller) {
    v1::UpsertSubscriptionRequest upsert = Webhook(caller, "");
    upsert.mutable_subscription()->mutable_matcher()->set_school(school);
    return Ask<v1::UpsertSubscriptionResponse>("UpsertSubscription", caller, upsert);
  }
  template <class Request>
  static Request Of(const v1::UpsertSubscriptionResponse& made) {
    Request request;
    request.set_district(made.subscription().district());
    request.set_subscription(made.subscription().subscription());
    return request;
  }
  std::set<std::string> Listed(const Caller& caller) {
    v1::ListSubscriptionsRequest list;
    list.set_district(caller.district);
    std::set<std::string> ids;
    const auto all = Ask<v1::ListSubscriptionsResponse>("ListSubscriptions", caller, list);
    for (const auto& one : all.subscriptions()) ids.insert(one.subscription());
    return ids;
  }

  GuardedServices services_;
  const Caller admin_ = CallerOf("district_administrator", "ada");
  const Caller observer_ = CallerOf("observer", "olga");
  const Caller other_ = CallerOf("observer", "otto");
};

TEST_F(Subscriptions, SixtyDistrictsThatUseOneRequestIdHaveSixtySecrets) {
  std::set<std::string> secrets, ids;
  for (int i = 0; i < 60; ++i) {
    const Caller caller =
        CallerOf("district_administrator", "admin", "district-" + std::to_string(i));
    Found(caller);
    const auto made = Subscribe(caller, "1");
    EXPECT_EQ(made.subscription().district(), caller.district);
    EXPECT_EQ(made.subscription().webhook().url(), "https://hooks.example.org/" + caller.district);
    EXPECT_TRUE(made.signing_secret().starts_with("whsec_"));
    secrets.insert(made.signing_secret());
    ids.insert(made.subscription().subscription());
  }
  EXPECT_EQ(secrets.size(), 60U);
  EXPECT_EQ(ids.size(), 60U);
}

TEST_F(Subscriptions, WhoRepeatsAnothersRequestIdIsNotToldTheSecret) {
  Found(admin_);
  const auto of_admin = Subscribe(admin_, "1");
  const auto of_observer = Subscribe(observer_, "1");
  EXPECT_NE(of_observer.signing_secret(), of_admin.signing_secret());
  EXPECT_NE(of_observer.subscription().subscription(), of_admin.subscription().subscription());
  EXPECT_EQ(Subscribe(admin_, "1").signing_secret(), of_admin.signing_secret());
}

TEST_F(Subscriptions, AreSeenAndChangedByTheirOwnersAndByAdministrators) {
  Found(admin_);
  const auto made = Subscribe(observer_, "1");
  EXPECT_EQ(made.subscription().owner(), "olga") << "whatever the request says";
  const std::string id = made.subscription().subscription();
  EXPECT_EQ(Listed(observer_), std::set<std::string>{id});
  EXPECT_TRUE(Listed(other_).empty());
  EXPECT_EQ(Listed(admin_), (std::set<std::string>{"first", id}));

  v1::UpsertSubscriptionRequest change = Webhook(other_, "");
  change.mutable_subscription()->set_subscription(id);
  change.mutable_caller()->set_role(common::v1::ROLE_DISTRICT_ADMINISTRATOR);
  Ask("UpsertSubscription", other_, change, kNotFound);
  Ask("RotateWebhookSecret", other_, Of<v1::RotateWebhookSecretRequest>(made), kNotFound);
  Ask("SendTestDelivery", other_, Of<v1::SendTestDeliveryRequest>(made), kNotFound);
  Ask("DeleteSubscription", other_, Of<v1::DeleteSubscriptionRequest>(made), kNotFound);

  const auto changed = Ask<v1::UpsertSubscriptionResponse>("UpsertSubscription", admin_, change);
  EXPECT_EQ(changed.subscription().owner(), "olga") << "it stays hers";
  Ask("RotateWebhookSecret", observer_, Of<v1::RotateWebhookSecretRequest>(made));
  Ask("SendTestDelivery", observer_, Of<v1::SendTestDeliveryRequest>(made));
  Ask("DeleteSubscription", observer_, Of<v1::DeleteSubscriptionRequest>(made));
  EXPECT_TRUE(Listed(observer_).empty());
}

TEST_F(Subscriptions, ASchoolLeaderSubscribesToTheirSchoolAlone) {
  Found(admin_);
  const Caller leader = LeaderOf("s", "sam");
  EXPECT_EQ(SubscribeTo("s", leader).subscription().matcher().school(), "s");
  for (const char* other : {"", "r"}) {
    v1::UpsertSubscriptionRequest upsert = Webhook(leader, "");
    upsert.mutable_subscription()->mutable_matcher()->set_school(other);
    Ask("UpsertSubscription", leader, upsert, kRefused);
  }
}

TEST_F(Subscriptions, ASchoolLeaderMovesNoSubscriptionToAnotherSchool) {
  Found(admin_);
  const Caller leader = LeaderOf("s", "sam");
  v1::UpsertSubscriptionRequest move = Webhook(leader, "");
  *move.mutable_subscription() = SubscribeTo("s", leader).subscription();
  move.mutable_subscription()->mutable_matcher()->set_school("r");
  Ask("UpsertSubscription", leader, move, kRefused);
  move.mutable_subscription()->mutable_matcher()->clear_school();
  Ask("UpsertSubscription", leader, move, kRefused);
}

TEST_F(Subscriptions, OfOthersNeedAnAdministratorEvenAboutOnesOwnSchool) {
  Found(admin_);
  const Caller leader = LeaderOf("s", "sam");
  const auto of_other = SubscribeTo("s", LeaderOf("s", "sue"));
  EXPECT_TRUE(Listed(leader).empty());
  v1::UpsertSubscriptionRequest change = Webhook(leader, "");
  *change.mutable_subscription() = of_other.subscription();
  Ask("UpsertSubscription", leader, change, kNotFound);
  Ask("RotateWebhookSecret", leader, Of<v1::RotateWebhookSecretRequest>(of_other), kNotFound);
  Ask("SendTestDelivery", leader, Of<v1::SendTestDeliveryRequest>(of_other), kNotFound);
  Ask("DeleteSubscription", leader, Of<v1::DeleteSubscriptionRequest>(of_other), kNotFound);
  Ask("DeleteSubscription", admin_, Of<v1::DeleteSubscriptionRequest>(of_other));
}

TEST_F(Subscriptions, ASilenceIsSetByWhoSetIt) {
  Found(admin_);
  v1::CreateSilenceRequest create;
  create.mutable_silence()->set_district("d");
  create.mutable_silence()->set_created_by("somebody else");
  create.mutable_silence()->set_ends_at_ms(
      core::ToMillis(services_.clock().Now() + std::chrono::hours(1)));
  const auto made = Ask<v1::CreateSilenceResponse>("CreateSilence", admin_, create);
  EXPECT_EQ(made.silence().created_by(), "ada");
}

}  // namespace
}  // namespace throughline
