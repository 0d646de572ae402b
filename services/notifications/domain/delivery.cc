#include "notifications/domain/delivery.h"

#include <string>
#include <vector>

#include "core/ids.h"
#include "notifications/domain/endpoint.h"
#include "notifications/domain/errors.h"
#include "notifications/domain/matcher.h"
#include "notifications/domain/retry_schedule.h"
#include "notifications/domain/subscription.h"
#include "notifications/domain/tables.h"

namespace throughline::notifications {

namespace {

using Alerts = google::protobuf::RepeatedPtrField<v1::Alert>;

constexpr int kAlertsAtMost = 100;  // of one request
constexpr std::chrono::days kDeadLettersKept{30};
constexpr size_t kLongestDetail = 200;

const v1::Subscription* SubscriptionOf(const v1::Delivery& delivery, const decider::State& state) {
  return state.Find(kOwnSubscriptions, JoinKey(delivery.district(), delivery.subscription()));
}

// Whether the subscription still is one that such a delivery goes to.
bool IsWanted(const v1::Delivery& delivery, const decider::State& state) {
  const auto* subscription = SubscriptionOf(delivery, state);
  if (subscription == nullptr || !IsReachable(*subscription)) return false;
  return delivery.has_digest() == (subscription->channel() == v1::CHANNEL_EMAIL_DIGEST);
}

template <class Event>
Event About(const v1::Delivery& delivery) {
  Event event;
  event.set_district(delivery.district());
  event.set_delivery(delivery.delivery());
  event.set_subscription(delivery.subscription());
  return event;
}

template <class Event>
std::string KeyOf(const Event& event) {
  return JoinKey(event.district(), event.delivery());
}

void EmitDue(const v1::Delivery& delivery, bool redelivered, decider::Turn& turn) {
  auto due = About<v1::AttemptDue>(delivery);
  due.set_attempt(redelivered ? delivery.attempt() + 1 : delivery.attempt());
  due.set_redelivered(redelivered);
  turn.Emit(due, delivery.district());
}

void EmitDied(const v1::Delivery& delivery, const v1::AttemptOutcome* outcome,
              v1::DeadReason reason, decider::Turn& turn) {
  auto died = About<v1::DeliveryDied>(delivery);
  died.set_attempt(delivery.attempt());
  if (outcome != nullptr) *died.mutable_outcome() = *outcome;
  died.set_reason(reason);
  turn.Emit(died, delivery.district());
}

// What to do about an attempt that failed.
void DecideFailure(const v1::Delivery& delivery, const v1::AttemptOutcome& outcome,
                   decider::Turn& turn) {
  if (!IsWanted(delivery, turn.state())) {
    return EmitDied(delivery, &outcome, v1::DEAD_REASON_SUBSCRIPTION_ENDED, turn);
  }
  if (outcome.result() == v1::ATTEMPT_RESULT_GONE) {
    return EmitDied(delivery, &outcome, v1::DEAD_REASON_GONE, turn);
  }
  const int32_t attempt = delivery.attempt() - delivery.first_attempt() + 1;
  const auto next = NextAttempt(delivery.delivery(), attempt, turn.now(), outcome.retry_after_s());
  if (!next) return EmitDied(delivery, &outcome, v1::DEAD_REASON_ATTEMPTS_USED_UP, turn);
  auto failed = About<v1::AttemptFailed>(delivery);
  failed.set_attempt(delivery.attempt());
  *failed.mutable_outcome() = outcome;
  failed.set_next_attempt_at_ms(core::ToMillis(*next));
  turn.Emit(failed, delivery.district());
}

// Of alerts that the subscription is about.
Alerts Matching(const v1::Subscription& subscription, const Alerts& alerts) {
  Alerts matching;
  for (const v1::Alert& alert : alerts) {
    if (IsAbout(subscription, alert)) *matching.Add() = alert;
  }
  return matching;
}

void RequestNotification(const v1::Subscription& subscription, const v1::Notification& notification,
                         int part, decider::Turn& turn) {
  v1::Delivery delivery;
  delivery.set_district(subscription.district());
  delivery.set_subscription(subscription.subscription());
  delivery.set_delivery(core::DerivedId({subscription.district(), subscription.subscription(),
                                         notification.notification(), std::to_string(part)}));
  *delivery.mutable_notification() = notification;
  Request(std::move(delivery), turn);
}

// In as many requests as it takes to bound each.
void RequestAll(const v1::Subscription& subscription, const v1::Notification& notification,
                decider::Turn& turn) {
  v1::Notification part = notification;
  part.clear_firing();
  part.clear_resolved();
  const v1::Notification empty = part;
  int parts = 0;
  const auto flush = [&] {
    if (part.firing_size() + part.resolved_size() == 0) return;
    RequestNotification(subscription, part, ++parts, turn);
    part = empty;
  };
  const auto put = [&](const v1::Alert& alert, Alerts* into) {
    *into->Add() = alert;
    if (part.firing_size() + part.resolved_size() == kAlertsAtMost) flush();
  };
  for (const v1::Alert& alert : notification.firing()) put(alert, part.mutable_firing());
  for (const v1::Alert& alert : notification.resolved()) put(alert, part.mutable_resolved());
  flush();
}

}  // namespace

v1::Notification NotificationFor(const v1::Subscription& subscription,
                                 const v1::Notification& notification) {
  v1::Notification its = notification;
  *its.mutable_firing() = Matching(subscription, notification.firing());
  *its.mutable_resolved() = Matching(subscription, notification.resolved());
  return its;
}

void Request(v1::Delivery delivery, decider::Turn& turn) {
  const std::string key = KeyOf(delivery);
  if (turn.state().Find(kDeliveries, key) != nullptr) return;
  delivery.set_created_at_ms(core::ToMillis(turn.now()));
  delivery.set_attempt(1);
  delivery.set_first_attempt(1);
  v1::DeliveryRequested requested;
  *requested.mutable_delivery() = std::move(delivery);
  turn.Emit(requested, requested.delivery().district());
}

void DecideDelivery(const v1::NotificationForwarded& forwarded, decider::Turn& turn) {
  const v1::Notification& notification = forwarded.notification();
  std::vector<v1::Subscription> webhooks;
  turn.state().ForEach(
      kOwnSubscriptions, JoinKey(notification.district(), ""),
      [&](const std::string&, const v1::Subscription& subscription) {
        if (subscription.channel() == v1::CHANNEL_WEBHOOK && IsReachable(subscription)) {
          webhooks.push_back(subscription);
        }
      });
  for (const v1::Subscription& webhook : webhooks) {
    RequestAll(webhook, NotificationFor(webhook, notification), turn);
  }
}

void Decide(const v1::SendTestDeliveryRequest& request, decider::Turn& turn) {
  if (auto error =
          CheckIds({{"district", request.district()}, {"subscription", request.subscription()}})) {
    return turn.Refuse(*error);
  }
  const auto* subscription = KnownToCaller(request, turn.state());
  if (subscription == nullptr) return turn.Refuse(SubscriptionUnknown(request.subscription()));
  if (subscription->channel() != v1::CHANNEL_WEBHOOK) {
    return turn.Refuse(NotAWebhook(request.subscription()));
  }
  if (!IsReachable(*subscription)) return turn.Refuse(SubscriptionEnded(request.subscription()));
  v1::Delivery delivery;
  delivery.set_district(request.district());
  delivery.set_subscription(request.subscription());
  delivery.set_delivery(
      core::DerivedId({request.district(), request.subscription(), "test", turn.input_id()}));
  delivery.mutable_trial()->set_district(request.district());
  delivery.mutable_trial()->set_subscription(request.subscription());
  v1::SendTestDeliveryResponse response;
  response.set_delivery(delivery.delivery());
  Request(std::move(delivery), turn);
  turn.Answer(response);
}

void Decide(const v1::RecordAttempt& command, decider::Turn& turn) {
  turn.Answer(v1::AttemptRecorded());
  const auto* known = turn.state().Find(kDeliveries, KeyOf(command));
  if (known == nullptr || known->attempt() != command.attempt()) return;
  if (known->next_attempt_at_ms() != 0) return;  // it was recorded, and the next is not due
  const v1::Delivery delivery = *known;
  v1::AttemptOutcome outcome = command.outcome();
  if (outcome.detail().size() > kLongestDetail) outcome.mutable_detail()->resize(kLongestDetail);
  if (outcome.result() == v1::ATTEMPT_RESULT_DELIVERED) {
    auto succeeded = About<v1::DeliverySucceeded>(delivery);
    succeeded.set_attempt(delivery.attempt());
    *succeeded.mutable_outcome() = outcome;
    return turn.Emit(succeeded, delivery.district());
  }
  DecideFailure(delivery, outcome, turn);
  if (outcome.result() == v1::ATTEMPT_RESULT_GONE && !delivery.has_digest()) {
    Disable(delivery.district(), delivery.subscription(), command.subscription_version(), turn);
  }
}

void Decide(const v1::RedeliverDeadLetterRequest& request, decider::Turn& turn) {
  if (auto error = CheckIds({{"district", request.district()}, {"delivery", request.delivery()}})) {
    return turn.Refuse(*error);
  }
  const auto* dead = turn.state().Find(kDeadLetters, KeyOf(request));
  if (dead == nullptr) return turn.Refuse(DeadLetterUnknown(request.delivery()));
  const v1::Delivery delivery = dead->delivery();
  if (!IsWanted(delivery, turn.state())) {
    return turn.Refuse(SubscriptionEnded(delivery.subscription()));
  }
  EmitDue(delivery, true, turn);
  v1::RedeliverDeadLetterResponse response;
  if (const auto* now = turn.state().Find(kDeliveries, KeyOf(request))) {
    *response.mutable_delivery() = *now;
  }
  turn.Answer(response);
}

void DecideAttempt(std::string_view timer, decider::Turn& turn) {
  const auto* known = turn.state().Find(kDeliveries, timer.substr(kAttemptDue.size()));
  if (known == nullptr) return;
  const v1::Delivery delivery = *known;
  if (IsWanted(delivery, turn.state())) return EmitDue(delivery, false, turn);
  EmitDied(delivery, nullptr, v1::DEAD_REASON_SUBSCRIPTION_ENDED, turn);
}

void DecideDeadLetterOver(std::string_view timer, decider::Turn& turn) {
  const auto* dead = turn.state().Find(kDeadLetters, timer.substr(kDeadLetterOver.size()));
  if (dead == nullptr) return;
  const auto forgotten = About<v1::DeadLetterForgotten>(dead->delivery());
  turn.Emit(forgotten, forgotten.district());
}

void Apply(const v1::DeliveryRequested& requested, core::Instant, decider::State& state) {
  const v1::Delivery& delivery = requested.delivery();
  state.Edit(kDeliveries, KeyOf(delivery)) = delivery;
  state.Edit(kDueDeliveries, DueDeliveryKey(delivery)).set_attempt(delivery.attempt());
}

void Apply(const v1::AttemptDue& due, core::Instant, decider::State& state) {
  const std::string key = KeyOf(due);
  if (const auto* dead = state.Find(kDeadLetters, key); due.redelivered() && dead != nullptr) {
    state.Edit(kDeliveries, key) = dead->delivery();
    state.Erase(kDeadLetters, key);
    state.ClearTimer(std::string(kDeadLetterOver) + key);
  }
  if (state.Find(kDeliveries, key) == nullptr) return;
  v1::Delivery& delivery = state.Edit(kDeliveries, key);
  delivery.set_attempt(due.attempt());
  if (due.redelivered()) delivery.set_first_attempt(due.attempt());
  delivery.clear_next_attempt_at_ms();
  state.Edit(kDueDeliveries, DueDeliveryKey(delivery)).set_attempt(due.attempt());
}

void Apply(const v1::AttemptFailed& failed, core::Instant, decider::State& state) {
  const std::string key = KeyOf(failed);
  if (state.Find(kDeliveries, key) == nullptr) return;
  v1::Delivery& delivery = state.Edit(kDeliveries, key);
  delivery.set_attempt(failed.attempt() + 1);
  delivery.set_next_attempt_at_ms(failed.next_attempt_at_ms());
  *delivery.mutable_last() = failed.outcome();
  state.Erase(kDueDeliveries, DueDeliveryKey(delivery));
  state.SetTimer(std::string(kAttemptDue) + key, core::FromMillis(failed.next_attempt_at_ms()));
}

void Apply(const v1::DeliverySucceeded& succeeded, core::Instant, decider::State& state) {
  const std::string key = KeyOf(succeeded);
  state.Erase(kDueDeliveries,
              JoinKey(succeeded.district(), succeeded.subscription(), succeeded.delivery()));
  state.Erase(kDeliveries, key);
}

void Apply(const v1::DeliveryDied& died, core::Instant time, decider::State& state) {
  const std::string key = KeyOf(died);
  const auto* known = state.Find(kDeliveries, key);
  if (known == nullptr) return;
  v1::DeadLetter& dead = state.Edit(kDeadLetters, key);
  *dead.mutable_delivery() = *known;
  dead.mutable_delivery()->clear_next_attempt_at_ms();
  if (died.has_outcome()) *dead.mutable_delivery()->mutable_last() = died.outcome();
  dead.set_reason(died.reason());
  dead.set_dead_at_ms(core::ToMillis(time));
  state.Erase(kDueDeliveries, DueDeliveryKey(dead.delivery()));
  state.Erase(kDeliveries, key);
  state.ClearTimer(std::string(kAttemptDue) + key);
  state.SetTimer(std::string(kDeadLetterOver) + key, time + kDeadLettersKept);
}

void Apply(const v1::DeadLetterForgotten& forgotten, core::Instant, decider::State& state) {
  state.Erase(kDeadLetters, KeyOf(forgotten));
}

}  // namespace throughline::notifications
