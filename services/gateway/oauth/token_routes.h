// POST /oauth/token gives a registered client a token of an hour; GET /.well-known/jwks.json gives
// the keys to whoever verifies tokens.
#pragma once

#include "gateway/oauth/clients.h"
#include "gateway/oauth/token_signer.h"
#include "runtime/clock.h"
#include "runtime/http/routes.h"

namespace throughline::gateway::oauth {

struct TokenIssuer {
  Clients clients;
  TokenSigner signer;
};

// The parts must outlive the routes.
void AddTokenRoutes(runtime::http::Routes& routes, const TokenIssuer& issuer,
                    const runtime::Clock& clock);

}  // namespace throughline::gateway::oauth
