// Signs the gateway's own tokens: JWTs with ES256 (RFC 7518), as platform/access verifies them. The
// key is a JWK (RFC 7517) in a file, made when there is none, for its owner's eyes only. Replicas
// of the gateway share the file. Thread-safe.
#pragma once

#include <cjose/cjose.h>

#include <memory>
#include <string>

#include "core/date.h"
#include "core/result.h"
#include "gateway/json/json_reader.h"
#include "gateway/oauth/clients.h"
#include "platform/access/principal.h"
#include "runtime/secret_file.h"

namespace throughline::gateway::oauth {

struct TokenTerms {
  std::string issuer;
  std::string audience;
  std::chrono::seconds lifetime = std::chrono::hours(1);
};

// Subject of the tokens that the gateway has for itself, where it reads Ed-Fi's topic.
inline constexpr char kOwnSubject[] = "edfi-kafka";

class TokenSigner {
 public:
  // SIGNING_KEY_UNUSABLE names the file.
  static core::Result<TokenSigner> FromFile(const std::string& path, TokenTerms terms);

  // A token for the client, with `scopes` of those that it may have.
  std::string Sign(const Client& client, const std::string& scopes, core::Instant now) const;
  // A token for a person, whose `valid_until` it has.
  std::string Sign(const platform::Principal& person, core::Instant now) const;
  // A secret that follows from the key, another one for each purpose: for what the replicas that
  // share the key seal for each other.
  runtime::Secret SecretFor(std::string_view purpose) const;
  // The public half as a JSON Web Key Set: what whoever verifies tokens is given.
  std::string Jwks() const;
  const TokenTerms& terms() const { return terms_; }

 private:
  TokenSigner(std::shared_ptr<const cjose_jwk_t> key, std::string kid, TokenTerms terms)
      : key_(std::move(key)), kid_(std::move(kid)), terms_(std::move(terms)) {}

  std::string SignClaims(const Json& claims) const;

  std::shared_ptr<const cjose_jwk_t> key_;
  std::string kid_;
  TokenTerms terms_;
};

}  // namespace throughline::gateway::oauth
