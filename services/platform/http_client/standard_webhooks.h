// Signatures of the Standard Webhooks specification (version 1.0): HMAC-SHA256 over id, time and
// body, with the secret that the receiver has. Pure; by libsodium.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace throughline::platform {

// HMAC-SHA256, 32 bytes.
std::string HmacSha256(std::string_view key, std::string_view text);

// A secret as receivers are given it: `whsec_` and base64.
std::string WebhookSecretText(std::string_view secret);

// The headers `webhook-id`, `webhook-timestamp` and `webhook-signature` of a request: one signature
// for each secret, in order. `id` must not contain a full stop.
std::vector<std::string> WebhookHeaders(std::string_view id, int64_t timestamp_s,
                                        std::string_view body,
                                        const std::vector<std::string>& secrets);

}  // namespace throughline::platform
