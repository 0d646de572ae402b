#include "notifications/domain/subscription.h"

#include <google/protobuf/util/message_differencer.h>

#include <string>

#include "core/ids.h"
#include "notifications/domain/errors.h"
#include "notifications/domain/matcher.h"
#include "notifications/domain/tables.h"

namespace throughline::notifications {

using core::Error;
using google::protobuf::util::MessageDifferencer;

namespace {

constexpr size_t kAtMost = 1000;
constexpr size_t kLongestName = 200;

size_t CountOf(const std::string& district, const decider::State& state) {
  size_t count = 0;
  state.ForEach(kOwnSubscriptions, district + "/",
                [&](const std::string&, const v1::Subscription&) { ++count; });
  return count;
}

std::optional<Error> Check(const v1::Subscription& subscription, const decider::State& state) {
  if (state.Find(district::kDistricts, subscription.district()) == nullptr) {
    return DistrictUnknown(subscription.district());
  }
  if (!subscription.subscription().empty() && !core::IsId(subscription.subscription())) {
    return IdInvalid("subscription.subscription");
  }
  if (subscription.subscriber().empty()) return WhoMissing("subscription.subscriber");
  if (subscription.subscriber().size() > kLongestName) {
    return TextTooLong("subscription.subscriber", kLongestName);
  }
  if (subscription.channel() == v1::CHANNEL_UNSPECIFIED ||
      !v1::Channel_IsValid(subscription.channel())) {
    return ChannelMissing();
  }
  return notifications::Check(subscription.matcher(), std::string("subscription.matcher"));
}

}  // namespace

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
  if (known == nullptr && CountOf(subscription.district(), turn.state()) >= kAtMost) {
    return turn.Refuse(TooMany("subscriptions", kAtMost));
  }
  subscription.set_version(version);
  if (known == nullptr || !MessageDifferencer::Equals(*known, subscription)) {
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
  if (auto error =
          CheckIds({{"district", request.district()}, {"subscription", request.subscription()}})) {
    return turn.Refuse(*error);
  }
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

void Decide(const v1::SubscriptionChanged& delivered, decider::Turn& turn) {
  const v1::Subscription& subscription = delivered.subscription();
  const auto* known =
      turn.state().Find(kSubscriptions, Key(subscription.district(), subscription.subscription()));
  if (known == nullptr && delivered.deleted()) return;
  if (known != nullptr && known->version() >= subscription.version()) return;
  v1::SubscriptionAdopted adopted;
  *adopted.mutable_subscription() = subscription;
  adopted.set_deleted(delivered.deleted());
  turn.Emit(adopted, subscription.district());
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
