#include "notifications/delivery/delivery_keys.h"

#include <sodium.h>

#include "platform/http_client/standard_webhooks.h"
#include "runtime/base64.h"

namespace throughline::notifications {

namespace {

using platform::HmacSha256;

constexpr size_t kSealBytes = 32;
constexpr size_t kLongestToken = 2000;

// No two lists of parts give the same text.
std::string Joined(std::initializer_list<std::string_view> parts) {
  std::string text;
  for (const std::string_view part : parts) {
    text += std::to_string(part.size()) + ':';
    text += part;
  }
  return text;
}

std::string Seal(const std::string& secret, std::string_view text) {
  return HmacSha256(secret, Joined({"unsubscribe", text}));
}

}  // namespace

std::string DeliveryKeys::SigningSecret(std::string_view district, std::string_view subscription,
                                        std::string_view key) const {
  return SigningSecrets(district, subscription, key).front();
}

std::vector<std::string> DeliveryKeys::SigningSecrets(std::string_view district,
                                                      std::string_view subscription,
                                                      std::string_view key) const {
  const std::string text = Joined({"signing", district, subscription, key});
  std::vector<std::string> secrets = {HmacSha256(secret_, text)};
  if (!before_.empty()) secrets.push_back(HmacSha256(before_, text));
  return secrets;
}

std::string DeliveryKeys::UnsubscribeToken(const v1::EndDigest& of) const {
  const std::string text = of.SerializeAsString();
  return runtime::ToBase64(Seal(secret_, text) + text, runtime::Base64::kUrlSafe);
}

std::optional<v1::EndDigest> DeliveryKeys::ReadUnsubscribeToken(std::string_view token) const {
  if (token.size() > kLongestToken) return std::nullopt;
  const auto bytes = runtime::FromBase64(token, runtime::Base64::kUrlSafe);
  if (!bytes || bytes->size() < kSealBytes) return std::nullopt;
  const std::string text = bytes->substr(kSealBytes);
  const auto sealed_with = [&](const std::string& secret) {
    return !secret.empty() &&
           sodium_memcmp(bytes->data(), Seal(secret, text).data(), kSealBytes) == 0;
  };
  if (!sealed_with(secret_) && !sealed_with(before_)) return std::nullopt;
  v1::EndDigest of;
  if (!of.ParseFromString(text)) return std::nullopt;
  return of;
}

}  // namespace throughline::notifications
