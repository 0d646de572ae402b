// What a provider says in signed tokens: who signed in (an ID token, OpenID Connect Core 1.0,
// 3.1.3) and who is to be signed out (a logout token, OpenID Connect Back-Channel Logout 1.0, 2.4
// to 2.6). Decides without I/O; thread-safe.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "core/date.h"
#include "core/result.h"
#include "gateway/json/json_reader.h"
#include "platform/access/key_source.h"

namespace throughline::gateway::sign_in {

// Whose tokens they are, and for whom.
struct TokenParties {
  std::string issuer, client;
};

// How old a logout token may be, as its `iat` says; it is for now.
inline constexpr std::chrono::minutes kLogoutTokenLasts(5);

// The claims of an ID token. ID_TOKEN_INVALID.
core::Result<Json> ReadIdToken(std::string_view token, const TokenParties& parties,
                               platform::KeySource& keys, std::string_view nonce,
                               core::Instant now);

struct LogoutToken {
  std::string id;       // `jti`
  std::string session;  // `sid`; empty: every session of the person
  std::string person;   // `sub`; empty: it says the session only
};

// LOGOUT_TOKEN_INVALID. Whether it was there before is for the caller to know.
core::Result<LogoutToken> ReadLogoutToken(std::string_view token, const TokenParties& parties,
                                          platform::KeySource& keys, core::Instant now);

}  // namespace throughline::gateway::sign_in
