// How signing in is configured.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "core/result.h"

namespace throughline::gateway::sign_in {

struct SignInOptions {
  std::string issuer = {};  // of the provider; empty: nobody signs in
  std::string client = {};
  std::string secret = {}, secret_file = {};  // both empty: a public client
  std::string roles = {};                     // a file, see role_mapping.h
  std::string scopes = "openid profile email";
  double session_minutes = 480;

  bool on() const { return !issuer.empty(); }
};

// --sign-in-issuer, --sign-in-client, --sign-in-secret, --sign-in-secret-file, --sign-in-roles,
// --sign-in-scopes and --session-minutes.
void AddSignInOptions(CLI::App& command, SignInOptions& options);

// SIGN_IN_OPTION_MISSING, or that what is given makes no sense.
core::Result<void> CheckOptions(const SignInOptions& options);
// The client's secret; empty: it has none. SIGN_IN_SECRET_UNUSABLE.
core::Result<std::string> SecretOf(const SignInOptions& options);

}  // namespace throughline::gateway::sign_in
