// How a program that issues tokens is configured, and what follows from it.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>

#include "gateway/oauth/token_routes.h"
#include "platform/access/access.h"

namespace throughline::gateway::oauth {

struct IssuingOptions {
  std::string clients;  // a file; empty: no tokens are issued
  std::string signing_key = "token-key.json";
  std::string issuer = "throughline-gateway";
};

// --clients, --signing-key and --token-issuer.
void AddIssuingOptions(CLI::App& command, IssuingOptions& options);

// Null when no tokens are to be issued: there are neither clients nor people who sign in.
// CLIENTS_UNUSABLE or SIGNING_KEY_UNUSABLE.
core::Result<std::unique_ptr<TokenIssuer>> OpenIssuer(const IssuingOptions& options,
                                                      const std::string& audience,
                                                      bool people_sign_in = false);
// The trust that the issuer's tokens need.
std::vector<platform::AccessOptions> TrustIn(const TokenIssuer* issuer);

}  // namespace throughline::gateway::oauth
