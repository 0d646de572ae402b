// Reads signed JWTs (RFC 7519) in compact form, of whatever purpose: verified with RS256 or ES256
// by a key of the issuer's set. The algorithm is the key's, never the token's choice. Nothing here
// logs a token or puts any of it into an error. Thread-safe.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "core/date.h"
#include "core/result.h"
#include "platform/access/key_source.h"

namespace throughline::platform {

inline constexpr size_t kLongestToken = 8192;  // characters

struct SignedToken {
  std::string type;       // `typ` of the header; empty: it does not say
  nlohmann::json claims;  // an object
};

// CREDENTIAL_INVALID. A key that is not known makes the set be read again, in the background; the
// caller tries again.
core::Result<SignedToken> ReadSignedToken(std::string_view token, const KeySet& keys,
                                          KeySource& source);

// The claim if it is text; empty when there is none or it is null. CREDENTIAL_INVALID otherwise.
core::Result<std::string> TextClaim(const nlohmann::json& claims, const char* name);
// Whether `aud` is the audience, or has it among others.
bool IsMeantFor(const nlohmann::json& claims, const std::string& audience);
// A claim that is a moment; nullopt when it is none.
std::optional<core::Instant> MomentClaim(const nlohmann::json& claims, const char* name);
// Until when a token is good that has to say it: `exp`, and `nbf` if it is there, are held to `now`
// with 60 seconds of leeway, which are in the answer. CREDENTIAL_INVALID or CREDENTIAL_EXPIRED.
core::Result<core::Instant> CheckTimes(const nlohmann::json& claims, core::Instant now);

// Letters, digits and signs of ASCII, and spaces.
bool IsPrintable(std::string_view text);

}  // namespace throughline::platform
