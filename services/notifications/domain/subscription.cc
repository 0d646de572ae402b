#include "notifications/domain/subscription.h"

#include <google/protobuf/util/message_differencer.h>

#include <algorithm>
#include <string>
#include <utility>

#include "core/ids.h"
#include "notifications/domain/digest.h"
#include "notifications/domain/endpoint.h"
#include "notifications/domain/errors.h"
#include "notifications/domain/matcher.h"
#include "notifications/domain/tables.h"

namespace throughline::notifications {

using core::Error;
using google::protobuf::util::MessageDifferencer;

namespace {

constexpr size_t kAtMost = 1000;
constexpr size_t kLongestSubscriber = 200;
constexpr int32_t kLongestOverlap = 30 * 86400;

size_t CountOf(const std::string& district, const decider::State& state) {
  size_t count = 0;
  state.ForEach(kOwnSubscriptions, JoinKey(district, ""),
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
  if (subscription.subscriber().size() > kLongestSubscriber) {
    return TextTooLong("subscription.subscriber", kLongestSubscriber);
  }
  if (subscription.channel() == v1::CHANNEL_UNSPECIFIED ||
      !v1::Channel_IsValid(subscription.channel())) {
    return ChannelMissing();
  }
  if (auto error = CheckEndpoint(subscription)) return error;
  return notifications::Check(subscription.matcher(), std::string("subscription.matcher"));
}

void EmitChanged(v1::Subscription subscription, bool deleted, decider::Turn& turn) {
  subscription.set_version(subscription.version() + 1);
  v1::SubscriptionChanged changed;
  *changed.mutable_subscription() = std::move(subscription);
  changed.set_deleted(deleted);
  turn.Emit(changed, changed.subscription().district(), decider::Delivery::ToEveryPartition());
}

// What the service sets of a webhook: its keys are those it had. The id of a key that had to be
// made, or nothing.
std::string SetKeys(v1::Subscription& subscription, const v1::Subscription* known,
                    const decider::Turn& turn) {
  if (subscription.channel() != v1::CHANNEL_WEBHOOK) return "";
  v1::Webhook& webhook = *subscription.mutable_webhook();
  webhook.clear_disabled_at_ms();
  webhook.clear_keys();
  if (known != nullptr) *webhook.mutable_keys() = known->webhook().keys();
  return webhook.keys().empty() ? AddKey(subscription, std::chrono::seconds(0), turn) : "";
}

}  // namespace

bool MayChange(const common::v1::Caller& caller, const v1::Subscription& subscription) {
  return caller.subject().empty() || caller.role() == common::v1::ROLE_DISTRICT_ADMINISTRATOR ||
         caller.subject() == subscription.owner();
}

void Decide(const v1::UpsertSubscriptionRequest& request, decider::Turn& turn) {
  v1::Subscription subscription = request.subscription();
  if (auto error = Check(subscription, turn.state())) return turn.Refuse(*error);
  if (subscription.subscription().empty()) {
    subscription.set_subscription(
        core::DerivedId({subscription.district(), "subscription", turn.input_id()}));
  }
  const std::string key = JoinKey(subscription.district(), subscription.subscription());
  const auto* known = turn.state().Find(kOwnSubscriptions, key);
  if (known != nullptr && !MayChange(request.caller(), *known)) {
    return turn.Refuse(SubscriptionUnknown(subscription.subscription()));
  }
  const common::v1::Caller& caller = request.caller();
  subscription.set_owner(known == nullptr ? caller.subject() : known->owner());
  subscription.set_owner_role(subscription.owner() == caller.subject() ? caller.role()
                                                                       : known->owner_role());
  const int64_t version = known == nullptr ? 0 : known->version();
  if (subscription.version() != 0 && subscription.version() != version) {
    return turn.Refuse(VersionStale("version", subscription.version(), version));
  }
  if (known == nullptr && CountOf(subscription.district(), turn.state()) >= kAtMost) {
    return turn.Refuse(TooMany("subscriptions", kAtMost));
  }
  subscription.set_version(version);
  v1::UpsertSubscriptionResponse response;
  response.set_new_key(SetKeys(subscription, known, turn));
  if (known == nullptr || !MessageDifferencer::Equals(*known, subscription)) {
    EmitChanged(subscription, false, turn);
    subscription.set_version(version + 1);
  }
  *response.mutable_subscription() = subscription;
  turn.Answer(response);
}

void Decide(const v1::DeleteSubscriptionRequest& request, decider::Turn& turn) {
  if (auto error =
          CheckIds({{"district", request.district()}, {"subscription", request.subscription()}})) {
    return turn.Refuse(*error);
  }
  const auto* known = KnownToCaller(request, turn.state());
  if (known == nullptr) return turn.Refuse(SubscriptionUnknown(request.subscription()));
  EmitChanged(*known, true, turn);
  turn.Answer(v1::DeleteSubscriptionResponse());
}

void Decide(const v1::RotateWebhookSecretRequest& request, decider::Turn& turn) {
  if (auto error =
          CheckIds({{"district", request.district()}, {"subscription", request.subscription()}})) {
    return turn.Refuse(*error);
  }
  if (request.overlap_s() < 0 || request.overlap_s() > kLongestOverlap) {
    return turn.Refuse(OverlapInvalid());
  }
  const auto* known = KnownToCaller(request, turn.state());
  if (known == nullptr) return turn.Refuse(SubscriptionUnknown(request.subscription()));
  if (known->channel() != v1::CHANNEL_WEBHOOK) {
    return turn.Refuse(NotAWebhook(request.subscription()));
  }
  v1::RotateWebhookSecretResponse response;
  v1::Subscription& subscription = *response.mutable_subscription();
  subscription = *known;
  response.set_new_key(AddKey(subscription, std::chrono::seconds(request.overlap_s()), turn));
  EmitChanged(subscription, false, turn);
  subscription.set_version(subscription.version() + 1);
  turn.Answer(response);
}

void Decide(const v1::EndDigest& command, decider::Turn& turn) {
  turn.Answer(v1::DigestEnded());
  const auto* known =
      turn.state().Find(kOwnSubscriptions, JoinKey(command.district(), command.subscription()));
  if (known == nullptr || !known->has_digest()) return;
  v1::Subscription subscription = *known;
  auto& addresses = *subscription.mutable_digest()->mutable_addresses();
  const auto reader = std::find(addresses.begin(), addresses.end(), command.address());
  if (reader == addresses.end()) return;
  if (addresses.size() == 1) return EmitChanged(*known, true, turn);
  addresses.erase(reader);
  EmitChanged(std::move(subscription), false, turn);
}

void Disable(const std::string& district, const std::string& subscription, int64_t version,
             decider::Turn& turn) {
  const auto* known = turn.state().Find(kOwnSubscriptions, JoinKey(district, subscription));
  if (known == nullptr || known->version() != version || !IsReachable(*known)) return;
  v1::Subscription disabled = *known;
  disabled.mutable_webhook()->set_disabled_at_ms(core::ToMillis(turn.now()));
  EmitChanged(std::move(disabled), false, turn);
}

void Decide(const v1::SubscriptionChanged& delivered, decider::Turn& turn) {
  const v1::Subscription& subscription = delivered.subscription();
  const auto* known = turn.state().Find(
      kSubscriptions, JoinKey(subscription.district(), subscription.subscription()));
  if (known == nullptr && delivered.deleted()) return;
  if (known != nullptr && known->version() >= subscription.version()) return;
  v1::SubscriptionAdopted adopted;
  *adopted.mutable_subscription() = subscription;
  adopted.set_deleted(delivered.deleted());
  turn.Emit(adopted, subscription.district());
}

void Apply(const v1::SubscriptionChanged& changed, core::Instant time, decider::State& state) {
  const v1::Subscription& subscription = changed.subscription();
  const std::string key = JoinKey(subscription.district(), subscription.subscription());
  KeepDigest(subscription, changed.deleted(), time, state);
  if (changed.deleted()) return state.Erase(kOwnSubscriptions, key);
  state.Edit(kOwnSubscriptions, key) = subscription;
}

void Apply(const v1::SubscriptionAdopted& adopted, core::Instant, decider::State& state) {
  const v1::Subscription& subscription = adopted.subscription();
  const std::string key = JoinKey(subscription.district(), subscription.subscription());
  if (adopted.deleted()) return state.Erase(kSubscriptions, key);
  state.Edit(kSubscriptions, key) = subscription;
}

}  // namespace throughline::notifications
