// The code that a browser brings back is exchanged for an ID token (OpenID Connect Core 1.0, 3.1.3,
// with PKCE).
#pragma once

#include <string>

#include "core/result.h"
#include "gateway/sign_in/attempts.h"
#include "gateway/sign_in/sign_in.h"
#include "platform/http/exchange.h"

namespace throughline::gateway::sign_in {

inline constexpr char kCallback[] = "/sign-in/callback";

// Pure. Where the browser is sent to sign in; `again`: although somebody is signed in there.
std::string AuthorizationUrl(const Endpoints& endpoints, const Client& client,
                             const Attempt& attempt, bool again);
// Pure. The request for the token.
platform::HttpPost TokenRequestOf(const Endpoints& endpoints, const Client& client,
                                  const Attempt& attempt, const std::string& code);
// Pure. Where the browser is sent to sign out at the provider, too; `address` of this installation
// is where it comes back to. Empty when the provider has no such place.
std::string EndSessionUrl(const Endpoints& endpoints, const Client& client,
                          const std::string& id_token, const std::string& address);

// The client with the secret that is in its file now; one whose file cannot be read keeps the one
// it has.
Client WithSecretOfNow(Client client);

// The ID token. CODE_REFUSED, or PROVIDER_UNAVAILABLE when there is no answer in time.
platform::http::Task<core::Result<std::string>> ExchangeCode(
    const SignIn& sign_in, const Endpoints& endpoints, const Attempt& attempt,
    const std::string& code, const platform::http::Exchange& exchange);

}  // namespace throughline::gateway::sign_in
