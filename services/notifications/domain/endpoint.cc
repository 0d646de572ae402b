#include "notifications/domain/endpoint.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "core/ids.h"
#include "notifications/domain/errors.h"

namespace throughline::notifications {

namespace {

constexpr size_t kLongestUrl = 2000;
constexpr size_t kLongestAddress = 254;
constexpr int kReadersAtMost = 10;
constexpr int kKeysAtMost = 5;

bool IsPlain(std::string_view text, std::string_view except) {
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return c > ' ' && c < 0x7f && except.find(c) == std::string_view::npos;
  });
}

bool IsUrl(std::string_view url) {
  if (url.size() > kLongestUrl || !IsPlain(url, "\"<>\\^`{|}#")) return false;
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (!url.starts_with(scheme)) continue;
    url.remove_prefix(scheme.size());
    const std::string_view authority = url.substr(0, url.find_first_of("/?"));
    return !authority.empty() && authority.find('@') == std::string_view::npos;
  }
  return false;
}

bool IsMailAddress(std::string_view address) {
  if (address.size() > kLongestAddress || !IsPlain(address, "\"(),:;<>[]\\")) return false;
  const size_t at = address.find('@');
  return at != std::string_view::npos && at > 0 && at + 1 < address.size() &&
         address.find('@', at + 1) == std::string_view::npos;
}

}  // namespace

std::optional<core::Error> CheckEndpoint(const v1::Subscription& subscription) {
  const bool webhook = subscription.channel() == v1::CHANNEL_WEBHOOK;
  const bool digest = subscription.channel() == v1::CHANNEL_EMAIL_DIGEST;
  if (!webhook && subscription.has_webhook()) return ChannelContradicted("subscription.webhook");
  if (!digest && subscription.has_digest()) return ChannelContradicted("subscription.digest");
  if (webhook && !IsUrl(subscription.webhook().url())) return WebhookUrlInvalid();
  if (!digest) return std::nullopt;
  const auto& addresses = subscription.digest().addresses();
  const std::set<std::string> different(addresses.begin(), addresses.end());
  if (addresses.empty() || addresses.size() > kReadersAtMost ||
      different.size() != static_cast<size_t>(addresses.size()) ||
      !std::all_of(addresses.begin(), addresses.end(), IsMailAddress)) {
    return AddressesInvalid(kReadersAtMost);
  }
  if (subscription.digest().hour() < 0 || subscription.digest().hour() > 23) return HourInvalid();
  return std::nullopt;
}

bool IsReachable(const v1::Subscription& subscription) {
  if (subscription.channel() == v1::CHANNEL_EMAIL_DIGEST) return true;
  return subscription.channel() == v1::CHANNEL_WEBHOOK &&
         subscription.webhook().disabled_at_ms() == 0;
}

std::string AddKey(v1::Subscription& subscription, std::chrono::seconds overlap,
                   const decider::Turn& turn) {
  const int64_t now = core::ToMillis(turn.now());
  const int64_t end = core::ToMillis(turn.now() + overlap);
  v1::Webhook& webhook = *subscription.mutable_webhook();
  const auto older = webhook.keys();
  webhook.clear_keys();
  v1::SigningKey& key = *webhook.add_keys();
  key.set_key(core::DerivedId(
      {subscription.district(), subscription.subscription(), "key", turn.input_id()}));
  key.set_made_at_ms(now);
  for (v1::SigningKey old : older) {
    if (old.ends_at_ms() == 0 || old.ends_at_ms() > end) old.set_ends_at_ms(end);
    if (old.ends_at_ms() > now && webhook.keys_size() < kKeysAtMost) *webhook.add_keys() = old;
  }
  return webhook.keys(0).key();
}

}  // namespace throughline::notifications
