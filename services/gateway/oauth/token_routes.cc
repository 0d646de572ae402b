#include "gateway/oauth/token_routes.h"

#include <memory>

#include "core/ids.h"
#include "gateway/door/request_guard.h"
#include "gateway/oauth/token_request.h"
#include "platform/access/on_record.h"

namespace throughline::gateway::oauth {

namespace http = platform::http;

namespace {

constexpr size_t kBodyAtMost = 16 << 10;
// Of a secret that nobody finds by guessing, however often: what clients.h asks for.
constexpr size_t kNotGuessed = 32;

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
  Tokens(const TokenIssuer& issuer, const runtime::Clock& clock, const TokenLimits& limits,
         platform::Audit& audit)
      : issuer_(issuer),
        clock_(clock),
        audit_(audit),
        now_(limits.now),
        addresses_(limits.of_an_address),
        wrong_secrets_(limits.of_wrong_secrets),
        clients_(ForAll(limits.of_a_client, issuer.clients)) {}

  http::Task<http::Response> Serve(http::Exchange& exchange) {
    const std::string address = ClientAddress(exchange.request().peer);
    const core::Result<std::string> body = co_await http::ReadAll(exchange, kBodyAtMost);
    if (!body) co_return ToStranger(BodyRefused(body.error()), address);
    const TokenRequest asked = ReadTokenRequest(exchange.request(), *body);
    co_return Answer(asked, OriginOf(exchange.request()), address);
  }

 private:
  http::Response Answer(const TokenRequest& asked, const platform::CallOrigin& origin,
                        const std::string& address) {
    if (asked.grant_type != "client_credentials") {
      return ToStranger(
          TokenRefusal("unsupported_grant_type", "grant_type has to be client_credentials"),
          address);
    }
    // A caller with a valid secret does not wait for strangers at the same address.
    if (asked.client_secret.size() >= kNotGuessed) {
      if (const Client* client = Find(asked)) return AnswerTo(*client, asked, origin);
    }
    const auto now = now_();
    if (const auto wait = addresses_.Ask(address, now); wait.count() > 0) return TooOften(wait);
    const std::string guesser = address + " " + (IsKnown(asked) ? asked.client_id : "");
    // Guessing is slowed for everybody: this guess is not even checked.
    if (const auto wait = wrong_secrets_.Look(guesser, now); wait.count() > 0) {
      return TooOften(wait);
    }
    if (const Client* client = Find(asked)) return AnswerTo(*client, asked, origin);
    wrong_secrets_.Ask(guesser, now);
    Note(nullptr, asked, origin, "INVALID_CLIENT");
    return TokenRefusal("invalid_client", "there is no such client, or its secret is another");
  }

  // What is said to somebody who is not known to be a client.
  http::Response ToStranger(http::Response answer, const std::string& address) {
    const auto wait = addresses_.Ask(address, now_());
    return wait.count() > 0 ? TooOften(wait) : std::move(answer);
  }

  http::Response AnswerTo(const Client& client, const TokenRequest& asked,
                          const platform::CallOrigin& origin) {
    const auto wait = clients_.Ask(client.id, now_());
    if (wait.count() > 0) return TooOften(wait);
    const auto scopes = ScopesFor(client, asked.scope);
    Note(&client, asked, origin, scopes ? "" : "INVALID_SCOPE");
    if (!scopes) return TokenRefusal("invalid_scope", "the client may not have one of the scopes");
    return TokenAnswer(issuer_.signer.Sign(client, *scopes, clock_.Now()),
                       issuer_.signer.terms().lifetime.count(), *scopes);
  }

  // Of a client that is not known to be who it says it is only the name is said, if there is one of
  // that name.
  void Note(const Client* client, const TokenRequest& asked, const platform::CallOrigin& origin,
            const std::string& refused) {
    audit::v1::AuditRecord record = platform::RecordOf(nullptr, origin);
    record.set_action(audit::v1::ACTION_TOKEN_ISSUED);
    record.set_outcome(refused.empty() ? audit::v1::OUTCOME_DONE : audit::v1::OUTCOME_REFUSED);
    record.set_reason(refused);
    if (IsKnown(asked)) platform::AddObject(record, "client", asked.client_id);
    if (client != nullptr) {
      record.set_district(client->district);
      record.mutable_actor()->set_subject(client->id);
      record.mutable_actor()->set_role(platform::RoleOf(client->role));
    }
    audit_.Note(std::move(record));
  }

  // Unknown names share one limit, whatever their length.
  bool IsKnown(const TokenRequest& asked) const {
    return core::IsId(asked.client_id) && issuer_.clients.Has(asked.client_id);
  }
  const Client* Find(const TokenRequest& asked) const {
    return issuer_.clients.Find(IsKnown(asked) ? asked.client_id : std::string(),
                                asked.client_secret);
  }

  const TokenIssuer& issuer_;
  const runtime::Clock& clock_;
  platform::Audit& audit_;
  const std::function<Throttle::Time()> now_;
  Throttle addresses_;
  Throttle wrong_secrets_;
  Throttle clients_;
};

}  // namespace

void AddTokenRoutes(http::Routes& routes, const TokenIssuer& issuer, const runtime::Clock& clock,
                    const TokenLimits& limits, platform::Audit& audit) {
  auto tokens = std::make_shared<Tokens>(issuer, clock, limits, audit);
  routes.Add("POST", "/oauth/token",
             [tokens](http::Exchange& exchange) { return tokens->Serve(exchange); });
  routes.Add("GET", "/.well-known/jwks.json",
             [&issuer](http::Exchange&) -> http::Task<http::Response> { co_return Keys(issuer); });
}

}  // namespace throughline::gateway::oauth
