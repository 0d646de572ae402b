#include "platform/http_client/standard_webhooks.h"

#include <sodium.h>

#include "runtime/base64.h"

namespace throughline::platform {

namespace {

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

std::string HmacSha256(std::string_view key, std::string_view text) {
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, Bytes(key), key.size());
  crypto_auth_hmacsha256_update(&state, Bytes(text), text.size());
  std::string digest(crypto_auth_hmacsha256_BYTES, '\0');
  crypto_auth_hmacsha256_final(&state, reinterpret_cast<unsigned char*>(digest.data()));
  return digest;
}

std::string WebhookSecretText(std::string_view secret) {
  return "whsec_" + runtime::ToBase64(secret, runtime::Base64::kStandard);
}

std::vector<std::string> WebhookHeaders(std::string_view id, int64_t timestamp_s,
                                        std::string_view body,
                                        const std::vector<std::string>& secrets) {
  const std::string time = std::to_string(timestamp_s);
  std::string text(id);
  text.append(".").append(time).append(".").append(body);
  std::string signatures;
  for (const std::string& secret : secrets) {
    if (!signatures.empty()) signatures += ' ';
    signatures += "v1," + runtime::ToBase64(HmacSha256(secret, text), runtime::Base64::kStandard);
  }
  return {"webhook-id: " + std::string(id), "webhook-timestamp: " + time,
          "webhook-signature: " + signatures};
}

}  // namespace throughline::platform
