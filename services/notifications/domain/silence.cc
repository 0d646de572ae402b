#include "notifications/domain/silence.h"

#include <google/protobuf/util/message_differencer.h>

#include "core/ids.h"
#include "notifications/domain/alert_group.h"
#include "notifications/domain/errors.h"
#include "notifications/domain/matcher.h"
#include "notifications/domain/tables.h"

namespace throughline::notifications {

using core::Error;

namespace {

constexpr size_t kAtMost = 1000;

template <class Row>
size_t CountOf(decider::Table<Row> table, const std::string& district,
               const decider::State& state) {
  size_t count = 0;
  state.ForEach(table, district + "/", [&](const std::string&, const Row&) { ++count; });
  return count;
}

// Silences that are not over: those are what is limited.
size_t Lasting(const std::string& district, const decider::Turn& turn) {
  size_t count = 0;
  const int64_t now = core::ToMillis(turn.now());
  turn.state().ForEach(kOwnSilences, district + "/",
                       [&](const std::string&, const v1::Silence& silence) {
                         count += silence.ends_at_ms() > now ? 1 : 0;
                       });
  return count;
}

std::optional<Error> Check(const v1::Silence& silence, const decider::Turn& turn) {
  if (turn.state().Find(district::kDistricts, silence.district()) == nullptr) {
    return DistrictUnknown(silence.district());
  }
  if (auto error = notifications::Check(silence.matcher(), std::string("silence.matcher")))
    return error;
  if (silence.ends_at_ms() <= silence.starts_at_ms() ||
      silence.ends_at_ms() <= core::ToMillis(turn.now())) {
    return SpanInvalid();
  }
  if (silence.created_by().empty()) return WhoMissing("silence.created_by");
  if (silence.created_by().size() > 200) return TextTooLong("silence.created_by", 200);
  if (silence.comment().size() > 2000) return TextTooLong("silence.comment", 2000);
  if (Lasting(silence.district(), turn) >= kAtMost) return TooMany("silences", kAtMost);
  return std::nullopt;
}

std::optional<Error> Check(const v1::Subscription& subscription, const decider::State& state) {
  if (state.Find(district::kDistricts, subscription.district()) == nullptr) {
    return DistrictUnknown(subscription.district());
  }
  if (!subscription.subscription().empty() && !core::IsId(subscription.subscription())) {
    return IdInvalid("subscription.subscription");
  }
  if (subscription.subscriber().empty()) return WhoMissing("subscription.subscriber");
  if (subscription.subscriber().size() > 200) return TextTooLong("subscription.subscriber", 200);
  if (subscription.channel() == v1::CHANNEL_UNSPECIFIED) return ChannelMissing();
  return notifications::Check(subscription.matcher(), std::string("subscription.matcher"));
}

void Emit(const v1::Silence& silence, decider::Turn& turn) {
  v1::SilenceChanged changed;
  *changed.mutable_silence() = silence;
  turn.Emit(changed, silence.district(), decider::Delivery::ToEveryPartition());
}

}  // namespace

void Decide(const v1::CreateSilenceRequest& request, decider::Turn& turn) {
  v1::Silence silence = request.silence();
  if (silence.starts_at_ms() == 0) silence.set_starts_at_ms(core::ToMillis(turn.now()));
  if (auto error = Check(silence, turn)) return turn.Refuse(*error);
  silence.set_silence(core::DerivedId({silence.district(), "silence", turn.input_id()}));
  silence.set_version(1);
  Emit(silence, turn);
  v1::CreateSilenceResponse response;
  *response.mutable_silence() = silence;
  turn.Answer(response);
}

void Decide(const v1::EndSilenceRequest& request, decider::Turn& turn) {
  const auto* known = turn.state().Find(kOwnSilences, Key(request.district(), request.silence()));
  if (known == nullptr) return turn.Refuse(SilenceUnknown(request.silence()));
  const int64_t now = core::ToMillis(turn.now());
  if (known->ends_at_ms() <= now) return turn.Refuse(SilenceOver(request.silence()));
  v1::Silence silence = *known;
  silence.set_ends_at_ms(now);
  silence.set_version(silence.version() + 1);
  Emit(silence, turn);
  v1::EndSilenceResponse response;
  *response.mutable_silence() = silence;
  turn.Answer(response);
}

void Decide(const v1::UpsertSubscriptionRequest& request, decider::Turn& turn) {
  v1::Subscription subscription = request.subscription();
  if (auto error = Check(subscription, turn.state())) return turn.Refuse(*error);
  if (subscription.subscription().empty()) {
    subscription.set_subscription(
        core::DerivedId({subscription.district(), "subscription", turn.input_id()}));
  }
  const std::string key = Key(subscription.district(), subscription.subscription());
  const auto* known = turn.state().Find(kOwnSubscriptions, key);
  const int64_t version = known == nullptr ? 0 : known->version();
  if (subscription.version() != 0 && subscription.version() != version) {
    return turn.Refuse(VersionStale(subscription.version(), version));
  }
  if (known == nullptr &&
      CountOf(kOwnSubscriptions, subscription.district(), turn.state()) >= kAtMost) {
    return turn.Refuse(TooMany("subscriptions", kAtMost));
  }
  subscription.set_version(version);
  if (known == nullptr ||
      !google::protobuf::util::MessageDifferencer::Equals(*known, subscription)) {
    subscription.set_version(version + 1);
    v1::SubscriptionChanged changed;
    *changed.mutable_subscription() = subscription;
    turn.Emit(changed, subscription.district(), decider::Delivery::ToEveryPartition());
  }
  v1::UpsertSubscriptionResponse response;
  *response.mutable_subscription() = subscription;
  turn.Answer(response);
}

void Decide(const v1::DeleteSubscriptionRequest& request, decider::Turn& turn) {
  const auto* known =
      turn.state().Find(kOwnSubscriptions, Key(request.district(), request.subscription()));
  if (known == nullptr) return turn.Refuse(SubscriptionUnknown(request.subscription()));
  v1::SubscriptionChanged changed;
  *changed.mutable_subscription() = *known;
  changed.mutable_subscription()->set_version(known->version() + 1);
  changed.set_deleted(true);
  turn.Emit(changed, request.district(), decider::Delivery::ToEveryPartition());
  turn.Answer(v1::DeleteSubscriptionResponse());
}

void Decide(const v1::SilenceChanged& changed, decider::Turn& turn) {
  const v1::Silence& silence = changed.silence();
  const auto* known = turn.state().Find(kSilences, Key(silence.district(), silence.silence()));
  if (known != nullptr && known->version() >= silence.version()) return;
  v1::SilenceAdopted adopted;
  *adopted.mutable_silence() = silence;
  turn.Emit(adopted, silence.district());
}

void Decide(const v1::SubscriptionChanged& changed, decider::Turn& turn) {
  v1::SubscriptionAdopted adopted;
  *adopted.mutable_subscription() = changed.subscription();
  adopted.set_deleted(changed.deleted());
  turn.Emit(adopted, changed.subscription().district());
}

void Apply(const v1::SilenceChanged& changed, decider::State& state) {
  const v1::Silence& silence = changed.silence();
  state.Edit(kOwnSilences, Key(silence.district(), silence.silence())) = silence;
}

void Apply(const v1::SilenceAdopted& adopted, core::Instant time, decider::State& state) {
  const v1::Silence& silence = adopted.silence();
  state.Edit(kSilences, Key(silence.district(), silence.silence())) = silence;
  if (silence.ends_at_ms() <= core::ToMillis(time)) {
    WakeGroups(silence.district(), time, state);
  }
}

void Apply(const v1::SubscriptionChanged& changed, decider::State& state) {
  const v1::Subscription& subscription = changed.subscription();
  const std::string key = Key(subscription.district(), subscription.subscription());
  if (changed.deleted()) return state.Erase(kOwnSubscriptions, key);
  state.Edit(kOwnSubscriptions, key) = subscription;
}

void Apply(const v1::SubscriptionAdopted& adopted, decider::State& state) {
  const v1::Subscription& subscription = adopted.subscription();
  const std::string key = Key(subscription.district(), subscription.subscription());
  if (adopted.deleted()) return state.Erase(kSubscriptions, key);
  state.Edit(kSubscriptions, key) = subscription;
}

}  // namespace throughline::notifications
