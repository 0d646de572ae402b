// Signing in with a browser: what it is made of, from the options on. Thread-safe.
#pragma once

#include <memory>
#include <string>

#include "core/result.h"
#include "gateway/oauth/token_routes.h"
#include "gateway/sign_in/attempts.h"
#include "gateway/sign_in/ended_sessions.h"
#include "gateway/sign_in/provider.h"
#include "gateway/sign_in/provider_tokens.h"
#include "gateway/sign_in/role_mapping.h"
#include "gateway/sign_in/sealed_sessions.h"
#include "gateway/sign_in/sign_in_options.h"

namespace throughline::gateway::sign_in {

// Where browsers find the installation, and whose tokens are credentials there.
struct Served {
  std::string public_url = {};  // empty: by the names of this machine
  bool tls = false;             // of its own
  std::vector<std::string> jwt_issuers = {};
  std::string jwt_audience = {};
};

struct Client {
  std::string id = {}, secret = {}, scopes = {};
  std::string secret_file = {};  // with the secret as it is now; empty: it stays as it is
};

class SignIn {
 public:
  // The rest outlives it. Errors of this room; the first of them SIGN_IN_INSECURE.
  static core::Result<std::unique_ptr<SignIn>> Open(const SignInOptions& options,
                                                    const Served& served,
                                                    const oauth::TokenIssuer& issuer,
                                                    runtime::Log& log, const runtime::Clock& clock);

  const RoleMapping roles;
  const Client client;
  const std::unique_ptr<Provider> provider;
  const std::unique_ptr<EndedSessions> ended;
  const oauth::TokenIssuer& issuer;
  const runtime::Clock& clock;
  const Seal seal;
  const Attempts attempts;
  const SealedSessions sessions;

  TokenParties parties() const { return {provider->issuer(), client.id}; }

 private:
  struct Parts;
  explicit SignIn(Parts parts);
};

}  // namespace throughline::gateway::sign_in
