// Every failure of signing in, by name. No message holds a token, a secret, or a word of the
// provider's.
#pragma once

#include <string_view>

#include "core/result.h"

namespace throughline::gateway::sign_in {

// FAILED_PRECONDITION, at the start: sentences for the person who configures it.
core::Error SignInOptionMissing(std::string_view option, std::string_view what);
core::Error SignInSecretUnusable(std::string_view path, std::string_view why);
core::Error RolesUnusable(std::string_view source, std::string_view why);
core::Error ProviderUnusable(std::string_view issuer, std::string_view why);
core::Error SignInInsecure();
core::Error ProviderInsecure(std::string_view issuer);
core::Error SignInAudienceShared(std::string_view client);
core::Error SignInNeedsTrail();
// UNAVAILABLE, at the start: which sessions have ended cannot be read.
core::Error EndedSessionsUnreadable(std::string_view why);

// Of somebody who signs in: what the audit trail and the page say.
core::Error ProviderUnavailable();                 // UNAVAILABLE
core::Error AttemptUnknown();                      // INVALID_ARGUMENT: none is under way here
core::Error SignInRefused();                       // PERMISSION_DENIED, by the provider
core::Error CodeRefused();                         // PERMISSION_DENIED: there is no token for it
core::Error IdTokenInvalid(std::string_view why);  // PERMISSION_DENIED
core::Error RoleUnmapped();                        // PERMISSION_DENIED
core::Error ReturnInvalid();                       // INVALID_ARGUMENT: no address of the board
core::Error TooManySignIns();                      // RESOURCE_EXHAUSTED

// Of a logout token.
core::Error LogoutTokenInvalid(std::string_view why);  // INVALID_ARGUMENT
core::Error EndNotRecorded();                          // UNAVAILABLE

}  // namespace throughline::gateway::sign_in
