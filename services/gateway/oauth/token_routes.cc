#include "gateway/oauth/token_routes.h"

#include <memory>

#include "core/ids.h"
#include "gateway/door.h"
#include "gateway/oauth/token_request.h"

namespace throughline::gateway::oauth {

namespace http = runtime::http;

namespace {

constexpr size_t kBodyAtMost = 16 << 10;

http::Response Keys(const TokenIssuer& issuer) {
  return {200,
          {{"Content-Type", "application/jwk-set+json"}, {"Cache-Control", "public, max-age=300"}},
          issuer.signer.Jwks()};
}

http::Response TooOften(std::chrono::milliseconds wait) {
  http::Response response = TokenRefusal("invalid_request", "too many requests for a token");
  response.status = 429;
  response.headers.emplace_back(
      "Retry-After", std::to_string(std::chrono::ceil<std::chrono::seconds>(wait).count()));
  return response;
}

http::Response BodyRefused(const core::Error& error) {
  http::Response response = TokenRefusal("invalid_request", error.message);
  if (error.reason == "BODY_TOO_LARGE") response.status = 413;
  return response;
}

// Every client has a bucket, and none is ever forgotten.
ThrottleOptions ForAll(ThrottleOptions limits, const Clients& clients) {
  limits.callers = clients.size() + 1;
  return limits;
}

class Tokens {
 public:
  Tokens(const TokenIssuer& issuer, const runtime::Clock& clock, const TokenLimits& limits)
      : issuer_(issuer),
        clock_(clock),
        now_(limits.now),
        addresses_(limits.of_an_address),
        wrong_secrets_(limits.of_wrong_secrets),
        clients_(ForAll(limits.of_a_client, issuer.clients)) {}

  http::Task<http::Response> Serve(http::Exchange& exchange) {
    const std::string address = ClientAddress(exchange.request().peer);
    const auto wait = addresses_.Ask(address, now_());
    if (wait.count() > 0) co_return TooOften(wait);
    const core::Result<std::string> body = co_await http::ReadAll(exchange, kBodyAtMost);
    if (!body) co_return BodyRefused(body.error());
    co_return Answer(ReadTokenRequest(exchange.request(), *body), address);
  }

 private:
  http::Response Answer(const TokenRequest& asked, const std::string& address) {
    if (asked.grant_type != "client_credentials") {
      return TokenRefusal("unsupported_grant_type", "grant_type has to be client_credentials");
    }
    const auto now = now_();
    // Whoever is no client is the same nobody under all names, of whatever length.
    const bool known = core::IsId(asked.client_id) && issuer_.clients.Has(asked.client_id);
    const std::string guesser = address + " " + (known ? asked.client_id : "");
    // Guessing is slow, whoever guesses: it is not even looked whether this guess is right.
    if (const auto wait = wrong_secrets_.Look(guesser, now); wait.count() > 0) {
      return TooOften(wait);
    }
    const Client* client =
        issuer_.clients.Find(known ? asked.client_id : std::string(), asked.client_secret);
    if (client == nullptr) {
      wrong_secrets_.Ask(guesser, now);
      return TokenRefusal("invalid_client", "there is no such client, or its secret is another");
    }
    if (const auto wait = clients_.Ask(client->id, now); wait.count() > 0) return TooOften(wait);
    return Token(*client, asked.scope);
  }

  http::Response Token(const Client& client, const std::string& scope) const {
    const auto scopes = ScopesFor(client, scope);
    if (!scopes) return TokenRefusal("invalid_scope", "the client may not have one of the scopes");
    return TokenAnswer(issuer_.signer.Sign(client, *scopes, clock_.Now()),
                       issuer_.signer.terms().lifetime.count(), *scopes);
  }

  const TokenIssuer& issuer_;
  const runtime::Clock& clock_;
  const std::function<Throttle::Time()> now_;
  Throttle addresses_;
  Throttle wrong_secrets_;
  Throttle clients_;
};

}  // namespace

void AddTokenRoutes(http::Routes& routes, const TokenIssuer& issuer, const runtime::Clock& clock,
                    const TokenLimits& limits) {
  auto tokens = std::make_shared<Tokens>(issuer, clock, limits);
  routes.Add("POST", "/oauth/token",
             [tokens](http::Exchange& exchange) { return tokens->Serve(exchange); });
  routes.Add("GET", "/.well-known/jwks.json",
             [&issuer](http::Exchange&) -> http::Task<http::Response> { co_return Keys(issuer); });
}

}  // namespace throughline::gateway::oauth
