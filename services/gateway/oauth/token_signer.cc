#include "gateway/oauth/token_signer.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>

#include "core/ids.h"
#include "gateway/oauth/errors.h"

namespace throughline::gateway::oauth {

using core::Result;
using Jwk = std::shared_ptr<cjose_jwk_t>;

namespace {

std::string ToText(const cjose_jwk_t* key, bool with_private_half) {
  std::unique_ptr<char, decltype(&std::free)> text(
      cjose_jwk_to_json(key, with_private_half, nullptr), &std::free);
  return text ? text.get() : "";
}

Jwk Own(cjose_jwk_t* key) {
  return Jwk(key, [](cjose_jwk_t* held) { cjose_jwk_release(held); });
}

// Puts a new key where none is yet; of two that do so at once, one wins.
Result<void> MakeKey(const std::string& path) {
  const Jwk key = Own(cjose_jwk_create_EC_random(CJOSE_JWK_EC_P_256, nullptr));
  const std::string text = key ? ToText(key.get(), true) : "";
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) {
    if (errno == EEXIST) return {};
    return core::Refuse(SigningKeyUnusable(path, std::strerror(errno)));
  }
  const bool whole = !text.empty() &&
                     write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                     fsync(file) == 0;
  close(file);
  if (!whole) return core::Refuse(SigningKeyUnusable(path, "it could not be written"));
  return {};
}

}  // namespace

Result<TokenSigner> TokenSigner::FromFile(const std::string& path, TokenTerms terms) {
  struct stat found {};
  if (stat(path.c_str(), &found) != 0) {
    if (auto made = MakeKey(path); !made) return core::Refuse(made.error());
    stat(path.c_str(), &found);
  }
  // Secrets of Kubernetes belong to root and are read by the pod's group, which is this process.
  const bool by_group = found.st_uid != geteuid();
  const mode_t too_much = S_IRWXO | (by_group ? S_IWGRP | S_IXGRP : S_IRWXG);
  if ((found.st_mode & too_much) != 0) {
    return core::Refuse(SigningKeyUnusable(path, "others may read it; chmod 600"));
  }
  std::ifstream file(path, std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  const Jwk key = Own(cjose_jwk_import(text.data(), text.size(), nullptr));
  // ES256, with which it signs, is of P-256 alone.
  if (!key || cjose_jwk_get_kty(key.get(), nullptr) != CJOSE_JWK_KTY_EC ||
      cjose_jwk_EC_get_curve(key.get(), nullptr) != CJOSE_JWK_EC_P_256) {
    return core::Refuse(SigningKeyUnusable(path, "it is no JWK of the elliptic curve P-256"));
  }
  // Named after what it is, so that a new key is a new name.
  const std::string kid = core::DerivedId({ToText(key.get(), false)});
  return TokenSigner(key, kid, std::move(terms));
}

std::string TokenSigner::Sign(const Client& client, const std::string& scopes,
                              core::Instant now) const {
  const int64_t seconds = core::ToMillis(now) / 1000;
  Json claims{{"iss", terms_.issuer}, {"aud", terms_.audience},
              {"sub", client.id},     {"district", client.district},
              {"role", client.role},  {"iat", seconds},
              {"nbf", seconds},       {"exp", seconds + terms_.lifetime.count()}};
  if (!client.school.empty()) claims["school"] = client.school;
  if (!client.team.empty()) claims["team"] = client.team;
  if (!scopes.empty()) claims["scope"] = scopes;
  return SignClaims(claims);
}

std::string TokenSigner::Sign(const platform::Principal& person, core::Instant now) const {
  const int64_t seconds = core::ToMillis(now) / 1000;
  Json claims{{"iss", terms_.issuer},
              {"aud", terms_.audience},
              {"sub", person.subject},
              {"district", person.district},
              {"role", platform::ActorOf(person).role()},
              {"iat", seconds},
              {"nbf", seconds},
              {"exp", core::ToMillis(person.valid_until) / 1000}};
  if (!person.school.empty()) claims["school"] = person.school;
  if (!person.team.empty()) claims["team"] = person.team;
  if (person.teacher) claims["teacher"] = *person.teacher;
  return SignClaims(claims);
}

runtime::Secret TokenSigner::SecretFor(std::string_view purpose) const {
  // 32 bytes, in base64url.
  const std::string half = Json::parse(ToText(key_.get(), true)).at("d").get<std::string>();
  runtime::Secret secret;
  crypto_generichash(secret.data(), secret.size(),
                     reinterpret_cast<const unsigned char*>(purpose.data()), purpose.size(),
                     reinterpret_cast<const unsigned char*>(half.data()), half.size());
  return secret;
}

std::string TokenSigner::SignClaims(const Json& claims) const {
  const std::string text = claims.dump();
  std::unique_ptr<cjose_header_t, decltype(&cjose_header_release)> header(cjose_header_new(nullptr),
                                                                          &cjose_header_release);
  cjose_header_set(header.get(), CJOSE_HDR_ALG, CJOSE_HDR_ALG_ES256, nullptr);
  cjose_header_set(header.get(), CJOSE_HDR_KID, kid_.c_str(), nullptr);
  cjose_header_set(header.get(), "typ", "JWT", nullptr);
  std::unique_ptr<cjose_jws_t, decltype(&cjose_jws_release)> jws(
      cjose_jws_sign(key_.get(), header.get(), reinterpret_cast<const uint8_t*>(text.data()),
                     text.size(), nullptr),
      &cjose_jws_release);
  const char* compact = nullptr;  // the jws's own
  if (!jws || !cjose_jws_export(jws.get(), &compact, nullptr)) std::abort();
  return compact;
}

std::string TokenSigner::Jwks() const {
  Json key = Json::parse(ToText(key_.get(), false));
  key["kid"] = kid_;
  key["alg"] = "ES256";
  key["use"] = "sig";
  return Json{{"keys", Json::array({key})}}.dump();
}

}  // namespace throughline::gateway::oauth
