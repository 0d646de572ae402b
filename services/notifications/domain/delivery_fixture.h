// For tests: the fixture of notifications, with subscribers outside. Attempts are recorded as the
// delivery worker would; what happened is read as sentences: "requested", "failed 1", "due 2",
// "arrived 2", "dead".
#pragma once

#include <string>
#include <vector>

#include "notifications/domain/notifications_fixture.h"

namespace throughline::notifications {

class DeliveryFixture : public NotificationsFixture {
 protected:
  static v1::UpsertSubscriptionRequest Hook(const std::string& id = "hook",
                                            const std::string& url = "https://example.org/hook") {
    v1::UpsertSubscriptionRequest request;
    v1::Subscription& subscription = *request.mutable_subscription();
    subscription.set_district("d");
    subscription.set_subscription(id);
    subscription.set_subscriber("a system");
    subscription.set_channel(v1::CHANNEL_WEBHOOK);
    subscription.mutable_webhook()->set_url(url);
    return request;
  }
  static v1::UpsertSubscriptionRequest Readers(std::vector<std::string> addresses, int hour = 6,
                                               const std::string& id = "digest") {
    v1::UpsertSubscriptionRequest request;
    v1::Subscription& subscription = *request.mutable_subscription();
    subscription.set_district("d");
    subscription.set_subscription(id);
    subscription.set_subscriber("leaders");
    subscription.set_channel(v1::CHANNEL_EMAIL_DIGEST);
    subscription.mutable_digest()->set_hour(hour);
    for (const std::string& address : addresses) {
      subscription.mutable_digest()->add_addresses(address);
    }
    return request;
  }
  // Every delivery that is in the state, in order of ids.
  std::vector<v1::Delivery> Deliveries() {
    std::vector<v1::Delivery> all;
    fixture_.state().ForEach(kDeliveries, "d/", [&](const std::string&, const v1::Delivery& one) {
      all.push_back(one);
    });
    return all;
  }
  std::vector<v1::DeadLetter> Dead() {
    std::vector<v1::DeadLetter> all;
    fixture_.state().ForEach(
        kDeadLetters, "d/",
        [&](const std::string&, const v1::DeadLetter& one) { all.push_back(one); });
    return all;
  }
  int Due() {
    int count = 0;
    fixture_.state().ForEach(kDueDeliveries, "",
                             [&](const std::string&, const v1::DueDeliveryRow&) { ++count; });
    return count;
  }
  v1::RecordAttempt Ended(const v1::Delivery& delivery, v1::AttemptResult result, int status = 0) {
    v1::RecordAttempt command;
    command.set_district("d");
    command.set_delivery(delivery.delivery());
    command.set_attempt(delivery.attempt());
    const auto* subscription =
        fixture_.state().Find(kOwnSubscriptions, JoinKey("d", delivery.subscription()));
    if (subscription != nullptr) command.set_subscription_version(subscription->version());
    command.mutable_outcome()->set_result(result);
    command.mutable_outcome()->set_status(status);
    return command;
  }
  static EventDescriptions EventsOf(const Outcome& outcome) {
    EventDescriptions sentences;
    for (const auto& event : outcome.events) {
      const std::string said = Said(*event);
      if (!said.empty()) sentences.push_back(said);
    }
    return sentences;
  }

 private:
  // Of deliveries and subscriptions; empty of anything else.
  static std::string Said(const google::protobuf::Message& event) {
    if (dynamic_cast<const v1::DeliveryRequested*>(&event)) return "requested";
    if (const auto* due = dynamic_cast<const v1::AttemptDue*>(&event)) {
      return "due " + std::to_string(due->attempt());
    }
    if (const auto* failed = dynamic_cast<const v1::AttemptFailed*>(&event)) {
      return "failed " + std::to_string(failed->attempt());
    }
    if (const auto* arrived = dynamic_cast<const v1::DeliverySucceeded*>(&event)) {
      return "arrived " + std::to_string(arrived->attempt());
    }
    if (dynamic_cast<const v1::DeliveryDied*>(&event)) return "dead";
    if (dynamic_cast<const v1::DeadLetterForgotten*>(&event)) return "forgotten";
    if (dynamic_cast<const v1::DigestNoted*>(&event)) return "noted";
    if (dynamic_cast<const v1::DigestClosed*>(&event)) return "closed";
    if (const auto* changed = dynamic_cast<const v1::SubscriptionChanged*>(&event)) {
      return changed->deleted() ? "deleted" : "changed";
    }
    return "";
  }
};

}  // namespace throughline::notifications
