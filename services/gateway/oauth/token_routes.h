// POST /oauth/token gives a registered client a token of an hour; GET /.well-known/jwks.json gives
// the keys to whoever verifies tokens.
#pragma once

#include <chrono>
#include <functional>

#include "gateway/door/throttle.h"
#include "gateway/oauth/clients.h"
#include "gateway/oauth/token_signer.h"
#include "platform/access/audit.h"
#include "platform/http/routes.h"
#include "runtime/clock.h"

namespace throughline::gateway::oauth {

struct TokenIssuer {
  Clients clients;
  TokenSigner signer;
};

// How often tokens may be asked for, and how secrets guessed. An address (of IPv6: a network) is
// one caller; what it says of who it is counts only once that is known to be a client. So a
// stranger uses up nobody's but their own: neither do wrong secrets for a client keep it out from
// elsewhere, nor do made-up names count for anything but the address they come from. A client with
// its secret, of 32 bytes or more, waits for nobody at its own address either, for many may be
// behind one: such a secret is looked at however many wrong ones came before it, and only what the
// client itself gets counts. A shorter one might be guessed, and waits with the guesses.
struct TokenLimits {
  ThrottleOptions of_an_address{.per_second = 10, .at_once = 100};
  // Wrong secrets from one address for one client, or for none that there is.
  ThrottleOptions of_wrong_secrets{.per_second = 1, .at_once = 30};
  ThrottleOptions of_a_client{.per_second = 1, .at_once = 30};  // tokens that it gets
  std::function<Throttle::Time()> now = std::chrono::steady_clock::now;
};

// The parts must outlive the routes. Which tokens were given out, and which refused to whom, is on
// record; a request that is not even looked at, for there are too many, is not.
void AddTokenRoutes(platform::http::Routes& routes, const TokenIssuer& issuer,
                    const runtime::Clock& clock, const TokenLimits& limits = {},
                    platform::Audit& audit = platform::NoAudit());

}  // namespace throughline::gateway::oauth
