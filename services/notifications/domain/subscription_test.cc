#include "notifications/domain/subscription.h"

#include "notifications/domain/notifications_fixture.h"

namespace throughline::notifications {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class SubscriptionTest : public NotificationsFixture {
 protected:
  static v1::UpsertSubscriptionRequest Request(const std::string& id = "") {
    v1::UpsertSubscriptionRequest request;
    request.mutable_subscription()->set_district("d");
    request.mutable_subscription()->set_subscription(id);
    request.mutable_subscription()->set_subscriber("lead");
    request.mutable_subscription()->set_channel(v1::CHANNEL_STREAM);
    return request;
  }
  static v1::DeleteSubscriptionRequest DeleteRequest(const std::string& id) {
    v1::DeleteSubscriptionRequest request;
    request.set_district("d");
    request.set_subscription(id);
    return request;
  }
  v1::Subscription Upsert(const v1::UpsertSubscriptionRequest& request) {
    const Outcome outcome = fixture_.Give(request);
    EXPECT_FALSE(outcome.refusal) << outcome.refusal->reason;
    return outcome.AnswerAs<v1::UpsertSubscriptionResponse>().subscription();
  }
  const v1::Subscription* Adopted(const std::string& id) {
    return fixture_.state().Find(kSubscriptions, JoinKey("d", id));
  }
};

TEST_F(SubscriptionTest, AnEmptyIdMakesANewOneEachTime) {
  const v1::Subscription first = Upsert(Request()), second = Upsert(Request());
  EXPECT_EQ(first.subscription().size(), 26u);
  EXPECT_NE(first.subscription(), second.subscription());
  EXPECT_TRUE(Adopted(first.subscription()));
}

TEST_F(SubscriptionTest, ChangesOnlyTheVersionThatTheCallerRead) {
  EXPECT_EQ(Upsert(Request("x")).version(), 1);
  auto change = Request("x");
  change.mutable_subscription()->mutable_matcher()->set_school("s");
  change.mutable_subscription()->set_version(1);
  EXPECT_EQ(Upsert(change).version(), 2);
  EXPECT_EQ(Adopted("x")->matcher().school(), "s");
  change.mutable_subscription()->mutable_matcher()->set_school("s2");
  EXPECT_EQ(ReasonOf(change), "VERSION_STALE");
  change.mutable_subscription()->set_version(0);
  EXPECT_EQ(Upsert(change).version(), 3) << "not checked";
  auto unknown = Request("y");
  unknown.mutable_subscription()->set_version(1);
  EXPECT_EQ(ReasonOf(unknown), "VERSION_STALE");
}

TEST_F(SubscriptionTest, IsItsMakersAndTheAdministrators) {
  const auto as = [](auto request, const std::string& subject, common::v1::Role role) {
    request.mutable_caller()->set_subject(subject);
    request.mutable_caller()->set_role(role);
    return request;
  };
  constexpr auto kObserver = common::v1::ROLE_OBSERVER;
  constexpr auto kAdministrator = common::v1::ROLE_DISTRICT_ADMINISTRATOR;
  auto request = Request("x");
  request.mutable_subscription()->set_owner("somebody else");
  EXPECT_EQ(Upsert(as(request, "olga", kObserver)).owner(), "olga");
  EXPECT_EQ(ReasonOf(as(Request("x"), "otto", kObserver)), "SUBSCRIPTION_UNKNOWN");
  EXPECT_EQ(ReasonOf(as(DeleteRequest("x"), "otto", kObserver)), "SUBSCRIPTION_UNKNOWN");
  auto change = Request("x");
  change.mutable_subscription()->mutable_matcher()->set_school("s");
  EXPECT_EQ(Upsert(as(change, "ada", kAdministrator)).owner(), "olga");
  EXPECT_FALSE(fixture_.Give(as(DeleteRequest("x"), "olga", kObserver)).refusal);

  Upsert(Request("nobodys"));
  EXPECT_EQ(Adopted("nobodys")->owner(), "");
  EXPECT_EQ(ReasonOf(as(Request("nobodys"), "olga", kObserver)), "SUBSCRIPTION_UNKNOWN");
  EXPECT_EQ(ReasonOf(as(DeleteRequest("nobodys"), "", kObserver)), "") << "without credentials";
}

TEST_F(SubscriptionTest, TheSameAgainChangesNothing) {
  Upsert(Request("x"));
  const Outcome again = fixture_.Give(Request("x"));
  EXPECT_THAT(again.events, IsEmpty());
  EXPECT_EQ(again.AnswerAs<v1::UpsertSubscriptionResponse>().subscription().version(), 1);
}

TEST_F(SubscriptionTest, DeletedItIsGoneAndMayBeMadeAgain) {
  Upsert(Request("x"));
  const Outcome deleted = fixture_.Give(DeleteRequest("x"));
  EXPECT_THAT(Read(deleted), ElementsAre("SubscriptionChanged", "SubscriptionAdopted"));
  EXPECT_FALSE(Adopted("x"));
  EXPECT_EQ(ReasonOf(DeleteRequest("x")), "SUBSCRIPTION_UNKNOWN");
  EXPECT_EQ(ReasonOf(DeleteRequest("")), "ID_INVALID");
  EXPECT_EQ(Upsert(Request("x")).version(), 1);
  EXPECT_TRUE(Adopted("x"));
}

TEST_F(SubscriptionTest, ADeliveryThatIsNotNewerIsIgnored) {
  v1::SubscriptionChanged stale;
  *stale.mutable_subscription() = Upsert(Request("x"));
  auto change = Request("x");
  change.mutable_subscription()->set_subscriber("coach");
  Upsert(change);
  EXPECT_THAT(fixture_.Give(stale).events, IsEmpty());
  EXPECT_EQ(Adopted("x")->subscriber(), "coach");
  fixture_.Give(DeleteRequest("x"));
  stale.mutable_subscription()->set_version(3);
  stale.set_deleted(true);
  EXPECT_THAT(fixture_.Give(stale).events, IsEmpty());
}

TEST_F(SubscriptionTest, RefusalsNameWhatIsWrong) {
  const auto with = [&](auto change) {
    auto request = Request();
    change(*request.mutable_subscription());
    return ReasonOf(request);
  };
  EXPECT_EQ(with([](v1::Subscription& s) { s.set_district("x"); }), "DISTRICT_UNKNOWN");
  EXPECT_EQ(with([](v1::Subscription& s) { s.set_subscription("a/b"); }), "ID_INVALID");
  EXPECT_EQ(with([](v1::Subscription& s) { s.clear_subscriber(); }), "WHO_MISSING");
  EXPECT_EQ(with([](v1::Subscription& s) { s.set_subscriber(std::string(201, 'x')); }),
            "TEXT_TOO_LONG");
  EXPECT_EQ(with([](v1::Subscription& s) { s.clear_channel(); }), "CHANNEL_MISSING");
  EXPECT_EQ(with([](v1::Subscription& s) { s.set_channel(static_cast<v1::Channel>(99)); }),
            "CHANNEL_MISSING");
  EXPECT_EQ(with([](v1::Subscription& s) { s.mutable_matcher()->set_team("a b"); }), "ID_INVALID");
}

TEST_F(SubscriptionTest, ADistrictHasAThousand) {
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(ReasonOf(Request("x" + std::to_string(i))), "");
  EXPECT_EQ(ReasonOf(Request("one-more")), "TOO_MANY");
  auto change = Request("x7");
  change.mutable_subscription()->set_subscriber("coach");
  EXPECT_EQ(ReasonOf(change), "") << "one of them may still change";
}

}  // namespace
}  // namespace throughline::notifications
