#include "platform/access/signed_token.h"

#include <algorithm>
#include <cstdlib>

#include "platform/access/errors.h"
#include "runtime/base64.h"

namespace throughline::platform {

using core::Refuse;
using core::Result;
using nlohmann::json;

namespace {

constexpr auto kLeeway = std::chrono::seconds(60);
// The year 9999; what a token says beyond it means the same.
constexpr double kLastSecond = 253402300799.0;

// Three parts in base64url. libcjose stops the whole process at a `=` after the first character of
// a part, so a token from outside is looked at before it gets there.
bool IsCompact(std::string_view token) {
  int parts = 1;
  for (size_t dot; (dot = token.find('.')) != token.npos; ++parts) {
    if (!runtime::FromBase64(token.substr(0, dot), runtime::Base64::kUrlSafe)) return false;
    token.remove_prefix(dot + 1);
  }
  return parts == 3 && runtime::FromBase64(token, runtime::Base64::kUrlSafe).has_value();
}

using Jws = std::unique_ptr<cjose_jws_t, decltype(&cjose_jws_release)>;

std::string HeaderOf(cjose_jws_t* jws, const char* member) {
  cjose_header_t* header = cjose_jws_get_protected(jws);
  const char* value = header == nullptr ? nullptr : cjose_header_get(header, member, nullptr);
  return value == nullptr ? "" : value;
}

bool HasHeader(cjose_jws_t* jws, const char* member) {
  cjose_header_t* header = cjose_jws_get_protected(jws);
  std::unique_ptr<char, decltype(&std::free)> raw(
      header == nullptr ? nullptr : cjose_header_get_raw(header, member, nullptr), &std::free);
  return raw != nullptr;
}

Result<json> ClaimsOf(const cjose_jws_t* jws) {
  uint8_t* bytes = nullptr;
  size_t size = 0;
  if (!cjose_jws_get_plaintext(jws, &bytes, &size, nullptr)) {
    return Refuse(CredentialInvalid("it has no claims"));
  }
  json claims = json::parse(bytes, bytes + size, nullptr, false);
  if (!claims.is_object()) return Refuse(CredentialInvalid("its claims are not a JSON object"));
  return claims;
}

}  // namespace

Result<SignedToken> ReadSignedToken(std::string_view token, const KeySet& keys, KeySource& source) {
  if (token.empty() || token.size() > kLongestToken) {
    return Refuse(CredentialInvalid("it is empty or longer than 8192 characters"));
  }
  const Jws jws(IsCompact(token) ? cjose_jws_import(token.data(), token.size(), nullptr) : nullptr,
                &cjose_jws_release);
  if (!jws) return Refuse(CredentialInvalid("it is not a signed token in compact form"));
  // Extensions that must be understood are not.
  if (HasHeader(jws.get(), "crit")) return Refuse(CredentialInvalid("it has a `crit` header"));
  const std::string algorithm = HeaderOf(jws.get(), CJOSE_HDR_ALG);
  if (algorithm != "RS256" && algorithm != "ES256") {
    return Refuse(CredentialInvalid("it is signed with neither RS256 nor ES256"));
  }
  const PublicKey* key = keys.Find(HeaderOf(jws.get(), CJOSE_HDR_KID));
  if (key == nullptr) {
    source.Want();
    return Refuse(
        CredentialInvalid("it is signed with a key that is not known; if the key is new, "
                          "try again in a minute"));
  }
  if (key->algorithm != algorithm || !cjose_jws_verify(jws.get(), key->jwk.get(), nullptr)) {
    return Refuse(CredentialInvalid("its signature is wrong"));
  }
  auto claims = ClaimsOf(jws.get());
  if (!claims) return core::Refuse(claims.error());
  return SignedToken{HeaderOf(jws.get(), "typ"), *std::move(claims)};
}

Result<std::string> TextClaim(const json& claims, const char* name) {
  auto found = claims.find(name);
  if (found == claims.end() || found->is_null()) return "";
  if (found->is_string()) return found->get<std::string>();
  return Refuse(CredentialInvalid("a claim that is text is something else"));
}

bool IsMeantFor(const json& claims, const std::string& audience) {
  auto found = claims.find("aud");
  if (found == claims.end()) return false;
  if (found->is_string()) return *found == audience;
  return found->is_array() && std::find(found->begin(), found->end(), audience) != found->end();
}

std::optional<core::Instant> MomentClaim(const json& claims, const char* name) {
  const auto found = claims.find(name);
  if (found == claims.end() || !found->is_number()) return {};
  const double seconds = found->get<double>();
  if (!(seconds >= 0)) return {};
  return core::FromMillis(static_cast<int64_t>(std::min(seconds, kLastSecond) * 1000));
}

Result<core::Instant> CheckTimes(const json& claims, core::Instant now) {
  const auto expires = MomentClaim(claims, "exp");
  if (!expires) return Refuse(CredentialInvalid("it does not say until when it is good"));
  if (now >= *expires + kLeeway) return Refuse(CredentialExpired());
  if (claims.contains("nbf")) {
    const auto begins = MomentClaim(claims, "nbf");
    if (!begins || now + kLeeway < *begins) return Refuse(CredentialInvalid("it is not good yet"));
  }
  return *expires + kLeeway;
}

bool IsPrintable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

}  // namespace throughline::platform
