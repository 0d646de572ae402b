#include "recorded_deliveries.h"

#include <map>

#include "throughline/notifications/v1/notifications_events.pb.h"
#include "throughline/notifications/v1/notifications_service.pb.h"

namespace throughline::compatibility {

namespace {

using namespace notifications::v1;

UpsertSubscriptionRequest Hook(const std::string& district, const std::string& id) {
  UpsertSubscriptionRequest request;
  Subscription& subscription = *request.mutable_subscription();
  subscription.set_district(district);
  subscription.set_subscription(id);
  subscription.set_subscriber("the data warehouse");
  subscription.set_channel(CHANNEL_WEBHOOK);
  subscription.mutable_webhook()->set_url("https://example.org/" + id);
  return request;
}

// The id of the delivery.
std::string Try(QuietServices& services, const std::string& district, const std::string& id) {
  SendTestDeliveryRequest request;
  request.set_district(district);
  request.set_subscription(id);
  return services.GiveAccepted<SendTestDeliveryResponse>(request).delivery();
}

void End(QuietServices& services, const std::string& district, const std::string& delivery,
         int32_t attempt, AttemptResult result, int32_t status) {
  RecordAttempt command;
  command.set_district(district);
  command.set_delivery(delivery);
  command.set_attempt(attempt);
  command.set_subscription_version(1);
  command.mutable_outcome()->set_result(result);
  command.mutable_outcome()->set_status(status);
  services.GiveAccepted(command);
}

}  // namespace

namespace {

UpsertSubscriptionRequest Readers(const std::string& district, const std::string& subscription,
                                  int hour) {
  UpsertSubscriptionRequest readers;
  Subscription& digest = *readers.mutable_subscription();
  digest.set_district(district);
  digest.set_subscription(subscription);
  digest.set_subscriber("leaders");
  digest.set_channel(CHANNEL_EMAIL_DIGEST);
  digest.mutable_digest()->set_hour(hour);
  digest.mutable_digest()->add_addresses("ana@example.org");
  digest.mutable_digest()->add_addresses("ben@example.org");
  return readers;
}

}  // namespace

void SubscribeOthers(QuietServices& services, const std::string& district) {
  for (const char* id : {"warehouse", "dashboard"}) {
    auto hook = Hook(district, id);
    services.GiveAccepted(hook);
  }
  End(services, district, Try(services, district, "dashboard"), 1, ATTEMPT_RESULT_GONE, 410);
  RotateWebhookSecretRequest rotate;
  rotate.set_district(district);
  rotate.set_subscription("warehouse");
  rotate.set_overlap_s(86400);
  services.GiveAccepted(rotate);
  UpsertSubscriptionRequest readers = Readers(district, "morning", 9);
  services.GiveAccepted(readers);
  EndDigest end;
  end.set_district(district);
  end.set_subscription("morning");
  end.set_address("ben@example.org");
  services.GiveAccepted(end);
}

void ReadInTheEvening(QuietServices& services, const std::string& district) {
  UpsertSubscriptionRequest readers = Readers(district, "evening", 17);
  services.GiveAccepted(readers);
}

void AnswerForOthers(QuietServices& services, const std::string& district) {
  std::map<std::string, int32_t> due;  // attempts by delivery, as far as they are not ended
  for (const auto& one : services.All<DeliveryRequested>()) due[one.delivery().delivery()] = 1;
  for (const auto& one : services.All<AttemptDue>()) due[one.delivery()] = one.attempt();
  for (const auto& one : services.All<DeliverySucceeded>()) due.erase(one.delivery());
  for (const auto& one : services.All<DeliveryDied>()) due.erase(one.delivery());
  bool first = true;
  for (const auto& [delivery, attempt] : due) {
    const auto result = first ? ATTEMPT_RESULT_REJECTED : ATTEMPT_RESULT_DELIVERED;
    End(services, district, delivery, attempt, result, first ? 503 : 204);
    first = false;
  }
}

void LeaveDeliveriesOpen(QuietServices& services, const std::string& district) {
  auto back = Hook(district, "dashboard");
  services.GiveAccepted(back);
  RedeliverDeadLetterRequest again;
  again.set_district(district);
  again.set_delivery(Try(services, district, "dashboard"));
  End(services, district, again.delivery(), 1, ATTEMPT_RESULT_GONE, 410);
  services.GiveAccepted(back);
  services.GiveAccepted(again);
  End(services, district, Try(services, district, "dashboard"), 1, ATTEMPT_RESULT_GONE, 410);
  Try(services, district, "warehouse");
}

}  // namespace throughline::compatibility
