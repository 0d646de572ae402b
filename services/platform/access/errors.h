// Every failure that access reports, by name. No message holds a token, a key, or anything that
// would tell one district about another.
#pragma once

#include <string_view>

#include "core/result.h"

namespace throughline::platform {

// UNAUTHENTICATED: who calls is not known.
core::Error CredentialMissing();
core::Error CredentialInvalid(std::string_view why);  // "it is longer than ..."
core::Error CredentialExpired();

// PERMISSION_DENIED: the same words of a method for whatever reason its rule refused, and whether
// or not there is such a district, school or thing. `roles` are those that the method is for, as a
// list for people; empty: nobody.
core::Error NotAllowed(std::string_view roles);
// By the scope of the credential, wherever the call is to.
core::Error ScopeMissing();

// FAILED_PRECONDITION, at the start: a sentence for the person who configures it.
core::Error KeysUnusable(std::string_view source, std::string_view why);
core::Error AccessOptionMissing(std::string_view option, std::string_view what);
core::Error RuleBroken(std::string_view method, std::string_view why);

}  // namespace throughline::platform
