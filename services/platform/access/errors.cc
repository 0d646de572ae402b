#include "platform/access/errors.h"

namespace throughline::platform {

using core::Code;
using core::Error;

Error CredentialMissing() {
  return {Code::kUnauthenticated, "CREDENTIAL_MISSING",
          "This call needs a credential: the metadata `authorization: Bearer TOKEN`, once.", ""};
}

Error CredentialInvalid(std::string_view why) {
  return {Code::kUnauthenticated, "CREDENTIAL_INVALID",
          "The credential is not accepted: " + std::string(why) + ".", ""};
}

Error CredentialExpired() {
  return {Code::kUnauthenticated, "CREDENTIAL_EXPIRED",
          "The credential has expired; go on with a new one.", ""};
}

Error NotAllowed(std::string_view roles) {
  return {Code::kPermissionDenied, "NOT_ALLOWED",
          "The credential does not allow this call there: it is for " +
              (roles.empty() ? "nobody" : "these roles: " + std::string(roles)) +
              ". A role of a district is held to its district; a role of a school also has to name "
              "its school, and a role of a team its team.",
          ""};
}

Error ScopeMissing() {
  return {Code::kPermissionDenied, "SCOPE_MISSING",
          "The credential's scope does not cover this request.", ""};
}

Error KeysUnusable(std::string_view source, std::string_view why) {
  return {
      Code::kFailedPrecondition, "KEYS_UNUSABLE",
      "The keys (JWKS) at " + std::string(source) + " cannot be used: " + std::string(why) + ".",
      ""};
}

Error AccessOptionMissing(std::string_view option, std::string_view what) {
  return {Code::kFailedPrecondition, "ACCESS_OPTION_MISSING",
          "Credentials can only be checked with " + std::string(option) + ": " + std::string(what) +
              ".",
          std::string(option)};
}

Error RuleBroken(std::string_view method, std::string_view why) {
  return {Code::kInternal, "RULE_BROKEN",
          "The rule of " + std::string(method) + " makes no sense: " + std::string(why) + ".", ""};
}

}  // namespace throughline::platform
