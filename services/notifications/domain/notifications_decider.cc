#include "notifications/domain/notifications_decider.h"

#include "decider/dispatch.h"
#include "notifications/domain/alert.h"
#include "notifications/domain/alert_group.h"
#include "notifications/domain/delivery.h"
#include "notifications/domain/digest.h"
#include "notifications/domain/privacy_alert.h"
#include "notifications/domain/silence.h"
#include "notifications/domain/subscription.h"
#include "notifications/domain/tables.h"

namespace throughline::notifications {

using decider::On;
using decider::To;

std::string NotificationsDecider::Route(const google::protobuf::Message& command) const {
  if (const auto* acknowledge = To<v1::AcknowledgeAlertRequest>(command)) {
    return core::Key{acknowledge->district(), acknowledge->school()}.Text();
  }
  if (const auto* snooze = To<v1::SnoozeAlertRequest>(command)) {
    return core::Key{snooze->district(), snooze->school()}.Text();
  }
  if (const auto* create = To<v1::CreateSilenceRequest>(command)) {
    return create->silence().district();
  }
  if (const auto* end = To<v1::EndSilenceRequest>(command)) return end->district();
  if (const auto* upsert = To<v1::UpsertSubscriptionRequest>(command)) {
    return upsert->subscription().district();
  }
  std::string district;
  On<v1::DeleteSubscriptionRequest, v1::RotateWebhookSecretRequest, v1::SendTestDeliveryRequest,
     v1::RedeliverDeadLetterRequest, v1::RecordAttempt, v1::EndDigest>(
      decider::Input{&command}, [&](const auto& message) { district = message.district(); });
  return district;
}

std::string NotificationsDecider::RouteOfTimer(std::string_view name) const {
  const bool is_of_school = name.starts_with(kGroupDue) || name.starts_with(kSnoozeOver);
  return core::PlaceIn(name, 1, is_of_school);
}

bool NotificationsDecider::IsOnEveryPartition(const google::protobuf::Descriptor& event) const {
  for (const auto* one : {plans::v1::DistrictNoted::descriptor(), v1::SilenceAdopted::descriptor(),
                          v1::SubscriptionAdopted::descriptor()}) {
    if (one == &event) return true;
  }
  return false;
}

void NotificationsDecider::Decide(const decider::Input& input, decider::Turn& turn) const {
  if (input.timer != nullptr) {
    const std::string& name = input.timer->name;
    if (name.starts_with(kGroupDue)) DecideGroup(name, turn);
    if (name.starts_with(kSnoozeOver)) DecideSnoozeOver(name, turn);
    if (name.starts_with(kAttemptDue)) DecideAttempt(name, turn);
    if (name.starts_with(kDeadLetterOver)) DecideDeadLetterOver(name, turn);
    if (name.starts_with(kDigestDue)) DecideDigestDue(name, turn);
    return;
  }
  On<cycles::v1::ConditionRaised, cycles::v1::ConditionCleared, v1::AcknowledgeAlertRequest,
     v1::SnoozeAlertRequest, v1::CreateSilenceRequest, v1::EndSilenceRequest,
     v1::UpsertSubscriptionRequest, v1::DeleteSubscriptionRequest, v1::RotateWebhookSecretRequest,
     v1::EndDigest, v1::SendTestDeliveryRequest, v1::RedeliverDeadLetterRequest, v1::RecordAttempt,
     v1::SilenceChanged, v1::SubscriptionChanged, plans::v1::EmergencyAccessTaken,
     plans::v1::EmergencyAccessEnded>(
      input, [&](const auto& message) { notifications::Decide(message, turn); });
  On<v1::NotificationForwarded>(input, [&](const auto& message) {
    DecideDelivery(message, turn);
    DecideDigest(message, turn);
  });
  On<plans::v1::DistrictAdopted, plans::v1::SchoolChanged, plans::v1::TeamChanged,
     plans::v1::SitePlanPublished>(input,
                                   [&](const auto& message) { district::Decide(message, turn); });
}

void NotificationsDecider::Apply(const decider::Event& event, decider::State& state) const {
  On<v1::AlertRaised, v1::AlertChanged, v1::AlertResolved, v1::GroupNotified, v1::SilenceChanged,
     v1::SilenceAdopted, v1::SubscriptionChanged, v1::SubscriptionAdopted, v1::DeliveryRequested,
     v1::AttemptDue, v1::AttemptFailed, v1::DeliverySucceeded, v1::DeliveryDied,
     v1::DeadLetterForgotten, v1::DigestNoted, v1::DigestClosed>(
      event, [&](const auto& message) { notifications::Apply(message, event.time, state); });
  On<plans::v1::DistrictNoted, plans::v1::SchoolNoted, plans::v1::TeamNoted,
     plans::v1::IndicatorsNoted>(event,
                                 [&](const auto& message) { district::Apply(message, state); });
}

std::vector<decider::RowKey> NotificationsDecider::Touches(const decider::Input& input,
                                                           const decider::State&) const {
  std::vector<decider::RowKey> rows;
  On<cycles::v1::ConditionRaised, cycles::v1::ConditionCleared>(input, [&](const auto& message) {
    const cycles::v1::Condition& condition = message.condition();
    rows.push_back({std::string(kActiveConditions.name), ActiveConditionKey(condition)});
    rows.push_back({std::string(kGroups.name),
                    GroupKey(condition.district(), condition.school(), condition.trigger())});
  });
  On<v1::AcknowledgeAlertRequest, v1::SnoozeAlertRequest>(input, [&](const auto& message) {
    rows.push_back({std::string(kAlerts.name),
                    JoinKey(message.district(), message.school(), message.alert())});
  });
  On<v1::RecordAttempt>(input, [&](const auto& message) {
    rows.push_back(
        {std::string(kDeliveries.name), JoinKey(message.district(), message.delivery())});
  });
  return rows;
}

}  // namespace throughline::notifications
