#include "gateway/oauth/token_routes.h"

#include <memory>

#include "gateway/oauth/token_request.h"
#include "gateway/throttle.h"

namespace throughline::gateway::oauth {

namespace http = runtime::http;

namespace {

constexpr size_t kBodyAtMost = 16 << 10;

http::Response Keys(const TokenIssuer& issuer) {
  return {200, {{"Content-Type", "application/jwk-set+json"}}, issuer.signer.Jwks()};
}

http::Response TooOften(std::chrono::milliseconds wait) {
  http::Response response = TokenRefusal("invalid_request", "too many requests for a token");
  response.status = 429;
  response.headers.emplace_back("Retry-After", std::to_string(wait / std::chrono::seconds(1) + 1));
  return response;
}

class Tokens {
 public:
  Tokens(const TokenIssuer& issuer, const runtime::Clock& clock) : issuer_(issuer), clock_(clock) {}

  http::Task<http::Response> Serve(http::Exchange& exchange) {
    const core::Result<std::string> body = co_await http::ReadAll(exchange, kBodyAtMost);
    if (!body) co_return TokenRefusal("invalid_request", body.error().message);
    co_return Answer(ReadTokenRequest(exchange.request(), *body));
  }

 private:
  http::Response Answer(const TokenRequest& asked) {
    if (asked.grant_type != "client_credentials") {
      return TokenRefusal("unsupported_grant_type", "grant_type has to be client_credentials");
    }
    // Guessing is slow, whoever guesses.
    const auto wait = throttle_.Ask(asked.client_id, std::chrono::steady_clock::now());
    if (wait.count() > 0) return TooOften(wait);
    const Client* client = issuer_.clients.Find(asked.client_id, asked.client_secret);
    if (client == nullptr) {
      return TokenRefusal("invalid_client", "there is no such client, or its secret is another");
    }
    const auto scopes = ScopesFor(*client, asked.scope);
    if (!scopes) return TokenRefusal("invalid_scope", "the client may not have one of the scopes");
    return TokenAnswer(issuer_.signer.Sign(*client, *scopes, clock_.Now()),
                       issuer_.signer.terms().lifetime.count(), *scopes);
  }

  const TokenIssuer& issuer_;
  const runtime::Clock& clock_;
  Throttle throttle_{{.per_second = 1, .at_once = 30, .callers = 10'000}};
};

}  // namespace

void AddTokenRoutes(http::Routes& routes, const TokenIssuer& issuer, const runtime::Clock& clock) {
  auto tokens = std::make_shared<Tokens>(issuer, clock);
  routes.Add("POST", "/oauth/token",
             [tokens](http::Exchange& exchange) { return tokens->Serve(exchange); });
  routes.Add("GET", "/.well-known/jwks.json",
             [&issuer](http::Exchange&) -> http::Task<http::Response> { co_return Keys(issuer); });
}

}  // namespace throughline::gateway::oauth
