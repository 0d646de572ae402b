#include "gateway/sign_in/errors.h"

#include <string>

namespace throughline::gateway::sign_in {

using core::Code;
using core::Error;

Error SignInOptionMissing(std::string_view option, std::string_view what) {
  return {Code::kFailedPrecondition, "SIGN_IN_OPTION_MISSING",
          "People can only sign in with --" + std::string(option) + ": " + std::string(what) + ".",
          std::string(option)};
}

Error SignInSecretUnusable(std::string_view path, std::string_view why) {
  return {Code::kFailedPrecondition, "SIGN_IN_SECRET_UNUSABLE",
          "The client's secret cannot be read from " + std::string(path) + ": " + std::string(why) +
              ".",
          "sign-in-secret-file"};
}

Error RolesUnusable(std::string_view source, std::string_view why) {
  std::string message(why);
  if (!source.empty()) message = std::string(source) + " cannot be used: " + message + ".";
  return {Code::kFailedPrecondition, "ROLES_UNUSABLE", message, "sign-in-roles"};
}

Error ProviderUnusable(std::string_view issuer, std::string_view why) {
  return {Code::kFailedPrecondition, "PROVIDER_UNUSABLE",
          "Nobody can sign in at " + std::string(issuer) + ": " + std::string(why) + ".",
          "sign-in-issuer"};
}

Error SignInInsecure() {
  return {Code::kFailedPrecondition, "SIGN_IN_INSECURE",
          "People sign in over https only, but for a machine by itself: give --tls-cert, or a "
          "--public-url that begins with https.",
          "public-url"};
}

Error ProviderInsecure(std::string_view issuer) {
  return {
      Code::kFailedPrecondition, "PROVIDER_INSECURE",
      std::string(issuer) +
          " is plain http, where whoever is on the way could be anybody: give the address of it "
          "that begins with https.",
      "sign-in-issuer"};
}

Error SignInAudienceShared(std::string_view client) {
  return {Code::kFailedPrecondition, "SIGN_IN_AUDIENCE_SHARED",
          "ID tokens of people who sign in would be credentials of services: give the services "
          "another --jwt-audience than " +
              std::string(client) + ", which is the client of --sign-in-client.",
          "jwt-audience"};
}

Error SignInNeedsTrail() {
  return {Code::kFailedPrecondition, "SIGN_IN_NEEDS_TRAIL",
          "People can only sign in where the gateway has the audit trail, by which its replicas "
          "know which sessions have ended: give --kafka.",
          "kafka"};
}

Error EndedSessionsUnreadable(std::string_view why) {
  return {Code::kUnavailable, "ENDED_SESSIONS_UNREADABLE",
          "Which sessions have ended cannot be read from the audit trail: " + std::string(why), ""};
}

Error ProviderUnavailable() {
  return {Code::kUnavailable, "PROVIDER_UNAVAILABLE",
          "The district's sign-in does not answer; try again in a minute.", ""};
}

Error AttemptUnknown() {
  return {Code::kInvalidArgument, "ATTEMPT_UNKNOWN",
          "In this browser nobody is signing in, or not any more; begin again.", ""};
}

Error SignInRefused() {
  return {Code::kPermissionDenied, "SIGN_IN_REFUSED", "The district's sign-in let nobody in.", ""};
}

Error CodeRefused() {
  return {Code::kPermissionDenied, "CODE_REFUSED",
          "The district's sign-in did not say who signed in; begin again.", ""};
}

Error IdTokenInvalid(std::string_view why) {
  return {Code::kPermissionDenied, "ID_TOKEN_INVALID",
          "What the district's sign-in says of who signed in is not accepted: " + std::string(why) +
              ".",
          ""};
}

Error RoleUnmapped() {
  return {Code::kPermissionDenied, "ROLE_UNMAPPED",
          "The district's sign-in knows you, but nobody has said what your role in Throughline is.",
          ""};
}

Error ReturnInvalid() {
  return {Code::kInvalidArgument, "RETURN_INVALID",
          "The page to come back to has to be one of the board: /, and what follows ? or #.",
          "return"};
}

Error TooManySignIns() {
  return {Code::kResourceExhausted, "TOO_MANY_REQUESTS",
          "Too many people sign in from here at once; try again in a moment.", ""};
}

Error LogoutTokenInvalid(std::string_view why) {
  return {Code::kInvalidArgument, "LOGOUT_TOKEN_INVALID",
          "The logout token is not accepted: " + std::string(why) + ".", "logout_token"};
}

Error EndNotRecorded() {
  return {Code::kUnavailable, "END_NOT_RECORDED",
          "That sessions have ended cannot be put on record now; send it again.", ""};
}

}  // namespace throughline::gateway::sign_in
