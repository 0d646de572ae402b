#include "gateway/sign_in/sign_in.h"

#include <algorithm>
#include <utility>

#include "gateway/door/public_address.h"
#include "gateway/sign_in/errors.h"

namespace throughline::gateway::sign_in {

using core::Result;

namespace {

constexpr std::string_view kHttps = "https://";
constexpr std::string_view kHttp = "http://";

bool IsSecure(const Served& served) {
  return served.public_url.empty() ? served.tls : served.public_url.starts_with(kHttps);
}

// Of http only what stays on this machine; where nobody gives a public address, it is called by the
// names of this machine, which each sign-in checks.
bool IsOnThisMachine(std::string_view url) {
  const std::string_view host = url.substr(kHttp.size());
  return IsThisMachine(host.substr(0, host.find('/')));
}

bool IsOnThisMachine(const Served& served) {
  return served.public_url.empty() || IsOnThisMachine(std::string_view(served.public_url));
}

// Whether the services take an ID token for a credential: then whoever has one, as any page that
// the provider knows as this client, has what it says.
bool TakesIdTokens(const Served& served, const SignInOptions& options) {
  const auto& issuers = served.jwt_issuers;
  return served.jwt_audience == options.client &&
         std::find(issuers.begin(), issuers.end(), options.issuer) != issuers.end();
}

}  // namespace

struct SignIn::Parts {
  RoleMapping roles;
  Client client;
  std::unique_ptr<Provider> provider;
  std::unique_ptr<EndedSessions> ended;
  const oauth::TokenIssuer& issuer;
  const runtime::Clock& clock;
  bool secure = false;
  std::chrono::milliseconds lifetime;
};

SignIn::SignIn(Parts parts)
    : roles(std::move(parts.roles)),
      client(std::move(parts.client)),
      provider(std::move(parts.provider)),
      ended(std::move(parts.ended)),
      issuer(parts.issuer),
      clock(parts.clock),
      seal(parts.issuer.signer.SecretFor("what browsers keep")),
      attempts(seal, clock, parts.secure),
      sessions({issuer.signer, seal, *ended, clock,
                provider->issuer() + '\n' + client.id + '\n' + roles.text()},
               parts.secure, parts.lifetime) {}

Result<std::unique_ptr<SignIn>> SignIn::Open(const SignInOptions& options, const Served& served,
                                             const oauth::TokenIssuer& issuer, runtime::Log& log,
                                             const runtime::Clock& clock) {
  if (auto checked = CheckOptions(options); !checked) return core::Refuse(checked.error());
  if (!IsSecure(served) && !IsOnThisMachine(served)) return core::Refuse(SignInInsecure());
  if (options.issuer.starts_with(kHttp) && !IsOnThisMachine(std::string_view(options.issuer))) {
    return core::Refuse(ProviderInsecure(options.issuer));
  }
  if (TakesIdTokens(served, options)) return core::Refuse(SignInAudienceShared(options.client));
  auto secret = SecretOf(options);
  if (!secret) return core::Refuse(secret.error());
  auto roles = RoleMapping::FromFile(options.roles);
  if (!roles) return core::Refuse(roles.error());
  auto provider = Provider::Open(options.issuer, {});
  if (!provider) return core::Refuse(provider.error());
  auto ended = EndedSessions::Follow(log, clock);
  if (!ended) return core::Refuse(ended.error());
  const std::chrono::duration<double, std::ratio<60>> minutes(options.session_minutes);
  return std::unique_ptr<SignIn>(new SignIn(
      {.roles = *std::move(roles),
       .client = {options.client, *std::move(secret), options.scopes, options.secret_file},
       .provider = *std::move(provider),
       .ended = *std::move(ended),
       .issuer = issuer,
       .clock = clock,
       .secure = IsSecure(served),
       .lifetime = std::chrono::duration_cast<std::chrono::milliseconds>(minutes)}));
}

}  // namespace throughline::gateway::sign_in
