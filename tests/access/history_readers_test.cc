// Who is told what in the histories of what leaders and observers set for themselves.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "guarded_services.h"

namespace throughline {
namespace {

namespace v1 = notifications::v1;
using common::v1::AGGREGATE_SILENCE;
using common::v1::AGGREGATE_SUBSCRIPTION;
using std::chrono::days;
using std::chrono::hours;
using testing::ElementsAre;

const std::string kNotFoundCode = std::to_string(grpc::StatusCode::NOT_FOUND);

class HistoryReaders : public testing::Test {
 protected:
  HistoryReaders() {
    plans::v1::CreateDistrictRequest create;
    auto& district = *create.mutable_district();
    district.set_district("d");
    district.set_name("d");
    district.set_time_zone("UTC");
    auto& term = *district.mutable_calendar()->add_terms();
    term.set_first("2026-08-31");
    term.set_last("2027-06-01");
    term.set_name("Year");
    Begin("plans.v1.PlansService/CreateDistrict", Admin("ada"), create);
    // Until notifications know it, too.
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    for (auto answer = SilenceBy("ada"); !answer.status.ok(); answer = SilenceBy("ada")) {
      if (std::chrono::steady_clock::now() > deadline)
        throw std::runtime_error(answer.status.error_message());
    }
  }

  GuardedServices::Answer Begin(const std::string& method, const std::string& token,
                                const google::protobuf::Message& request) {
    return services_.Begin("/throughline." + method, token, request.SerializeAsString())();
  }
  GuardedServices::Answer Ask(const std::string& method, const std::string& token,
                              const google::protobuf::Message& request) {
    return Begin("notifications.v1.NotificationsService/" + method, token, request);
  }
  // Credentials do not last for long: each call has its own.
  std::string Token(const std::string& role, const std::string& subject) {
    return services_.TokenWith(role, "d", {{"sub", subject}});
  }
  std::string Admin(const std::string& subject) { return Token("district_administrator", subject); }

  GuardedServices::Answer SilenceBy(const std::string& subject) {
    v1::CreateSilenceRequest create;
    create.set_request_id(std::to_string(++requests_));
    create.mutable_silence()->set_district("d");
    create.mutable_silence()->set_ends_at_ms(core::ToMillis(services_.clock().Now() + hours(1)));
    return Ask("CreateSilence", Admin(subject), create);
  }
  std::string IdOf(const GuardedServices::Answer& made) {
    v1::CreateSilenceResponse response;
    response.ParseFromString(made.response);
    return response.silence().silence();
  }

  // The subscription `board` of the subject, changed by them now.
  void SubscribeBy(const std::string& subject, const std::string& subscriber) {
    v1::UpsertSubscriptionRequest upsert;
    upsert.set_request_id(std::to_string(++requests_));
    auto& subscription = *upsert.mutable_subscription();
    subscription.set_district("d");
    subscription.set_subscription("board");
    subscription.set_subscriber(subscriber);
    subscription.set_channel(v1::CHANNEL_WEBHOOK);
    subscription.mutable_webhook()->set_url("https://hooks.example.org/board");
    ASSERT_TRUE(Ask("UpsertSubscription", Token("observer", subject), upsert).status.ok());
  }
  void UnsubscribeBy(const std::string& subject) {
    v1::DeleteSubscriptionRequest remove;
    remove.set_request_id(std::to_string(++requests_));
    remove.set_district("d");
    remove.set_subscription("board");
    ASSERT_TRUE(Ask("DeleteSubscription", Token("observer", subject), remove).status.ok());
  }

  // "SilenceChanged by ada", or the code of the refusal.
  std::vector<std::string> HistoryOf(common::v1::Aggregate of, const std::string& id,
                                     const std::string& token) {
    v1::GetHistoryRequest request;
    request.set_district("d");
    request.set_of(of);
    request.set_id(id);
    const auto answer = Ask("GetHistory", token, request);
    if (!answer.status.ok()) return {std::to_string(answer.status.error_code())};
    v1::GetHistoryResponse response;
    response.ParseFromString(answer.response);
    std::vector<std::string> lines;
    for (const auto& entry : response.entries()) {
      lines.push_back(entry.what() + " by " + entry.by().subject());
    }
    return lines;
  }

  int requests_ = 0;
  GuardedServices services_;
};

TEST_F(HistoryReaders, WhoSetsAnotherSilenceIsNotInTheHistoryOfOneThatIsForgotten) {
  const std::string silence = IdOf(SilenceBy("ann"));
  services_.clock().Set(services_.clock().Now() + days(32));
  ASSERT_TRUE(SilenceBy("bob").status.ok());  // by now the first one is over for long
  EXPECT_THAT(HistoryOf(AGGREGATE_SILENCE, silence, Admin("ada")),
              ElementsAre("SilenceChanged by ann"));
}

TEST_F(HistoryReaders, WhoTakesTheIdOfADeletedSubscriptionReadsNothingOfTheFirstOwner) {
  SubscribeBy("olga", "Olga's board");
  UnsubscribeBy("olga");
  EXPECT_THAT(HistoryOf(AGGREGATE_SUBSCRIPTION, "board", Token("observer", "olga")),
              ElementsAre("SubscriptionChanged by olga", "SubscriptionChanged by olga"))
      << "it was hers";
  EXPECT_THAT(HistoryOf(AGGREGATE_SUBSCRIPTION, "board", Token("observer", "otto")),
              ElementsAre(kNotFoundCode));
  SubscribeBy("otto", "Otto's board");
  EXPECT_THAT(HistoryOf(AGGREGATE_SUBSCRIPTION, "board", Token("observer", "otto")),
              ElementsAre("SubscriptionChanged by otto"));
  EXPECT_THAT(HistoryOf(AGGREGATE_SUBSCRIPTION, "board", Admin("ada")),
              ElementsAre("SubscriptionChanged by olga", "SubscriptionChanged by olga",
                          "SubscriptionChanged by otto"));
}

}  // namespace
}  // namespace throughline
