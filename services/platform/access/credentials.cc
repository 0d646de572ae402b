#include "platform/access/credentials.h"

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "core/ids.h"
#include "platform/access/errors.h"
#include "runtime/base64.h"

namespace throughline::platform {

using core::Refuse;
using core::Result;
using nlohmann::json;

namespace {

constexpr size_t kLongestToken = 8192;
constexpr size_t kLongestSubject = 256;
constexpr size_t kLongestTeacher = 128;
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

// The member if it is a string; empty when there is none. Null-like values count as none.
Result<std::string> TextClaim(const json& claims, const char* member) {
  auto found = claims.find(member);
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

bool IsPrintable(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

// A claim that is a moment; nullopt when it is none.
std::optional<core::Instant> Moment(const json& claim) {
  if (!claim.is_number()) return {};
  const double seconds = claim.get<double>();
  if (!(seconds >= 0)) return {};
  return core::FromMillis(static_cast<int64_t>(std::min(seconds, kLastSecond) * 1000));
}

Result<core::Instant> CheckTimes(const json& claims, core::Instant now) {
  auto exp = claims.find("exp");
  const auto expires = exp == claims.end() ? std::nullopt : Moment(*exp);
  if (!expires) return Refuse(CredentialInvalid("it does not say until when it is good"));
  if (now >= *expires + kLeeway) return Refuse(CredentialExpired());
  if (auto nbf = claims.find("nbf"); nbf != claims.end()) {
    const auto begins = Moment(*nbf);
    if (!begins || now + kLeeway < *begins) return Refuse(CredentialInvalid("it is not good yet"));
  }
  return *expires + kLeeway;
}

Result<PrincipalPtr> PrincipalOf(const json& claims, const std::string& issuer,
                                 core::Instant valid_until) {
  auto principal = std::make_shared<Principal>();
  principal->issuer = issuer;
  auto role = TextClaim(claims, "role");
  if (!role) return core::Refuse(role.error());
  principal->role = RoleOf(*role);
  principal->valid_until = valid_until;
  const std::pair<const char*, std::string*> texts[] = {
      {"sub", &principal->subject},     {"district", &principal->district},
      {"school", &principal->school},   {"scope", &principal->scope},
      {"teacher", &principal->teacher}, {"team", &principal->team}};
  for (const auto& [claim, to] : texts) {
    auto text = TextClaim(claims, claim);
    if (!text) return core::Refuse(text.error());
    *to = std::move(*text);
  }
  if (principal->subject.empty() || principal->subject.size() > kLongestSubject ||
      !IsPrintable(principal->subject)) {
    return Refuse(CredentialInvalid("its `sub` is not 1 to 256 printable characters"));
  }
  if (principal->teacher.size() > kLongestTeacher || !IsPrintable(principal->teacher)) {
    return Refuse(CredentialInvalid("its `teacher` is not 1 to 128 printable characters"));
  }
  for (const std::string* id : {&principal->district, &principal->school, &principal->team}) {
    const bool may_be_empty = id != &principal->district;
    if (!core::IsId(*id) && !(may_be_empty && id->empty())) {
      return Refuse(CredentialInvalid("its `district`, `school` or `team` is not an id"));
    }
  }
  if (!IsBoundAsItsRole(*principal)) {
    return Refuse(CredentialInvalid("its `role` is none of " + RoleNames() +
                                    ", or does not go with its `school` and `team`"));
  }
  return principal;
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

Credentials::Credentials(std::unique_ptr<KeySource> keys, CredentialOptions options,
                         const runtime::Clock& clock)
    : keys_(std::move(keys)), options_(std::move(options)), clock_(clock) {}

Result<PrincipalPtr> Credentials::Verify(std::string_view token) {
  if (token.empty() || token.size() > kLongestToken) {
    return Refuse(CredentialInvalid("it is empty or longer than 8192 characters"));
  }
  const std::shared_ptr<const KeySet> keys = keys_->keys();
  if (PrincipalPtr known = Recall(token, keys)) {
    if (clock_.Now() < known->valid_until) return known;
    return Refuse(CredentialExpired());
  }
  auto verified = VerifyAnew(token, *keys);
  if (verified) Remember(token, *verified, keys);
  return verified;
}

Result<PrincipalPtr> Credentials::VerifyAnew(std::string_view token, const KeySet& keys) {
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
    keys_->Want();
    return Refuse(
        CredentialInvalid("it is signed with a key that is not known; if the key is new, "
                          "try again in a minute"));
  }
  if (key->algorithm != algorithm || !cjose_jws_verify(jws.get(), key->jwk.get(), nullptr)) {
    return Refuse(CredentialInvalid("its signature is wrong"));
  }
  auto claims = ClaimsOf(jws.get());
  if (!claims) return core::Refuse(claims.error());
  if (auto issuer = TextClaim(*claims, "iss"); !issuer || *issuer != options_.issuer) {
    return Refuse(CredentialInvalid("it is from another issuer"));
  }
  if (!IsMeantFor(*claims, options_.audience)) {
    return Refuse(CredentialInvalid("it is meant for another audience"));
  }
  auto valid_until = CheckTimes(*claims, clock_.Now());
  if (!valid_until) return core::Refuse(valid_until.error());
  return PrincipalOf(*claims, options_.issuer, *valid_until);
}

PrincipalPtr Credentials::Recall(std::string_view token,
                                 const std::shared_ptr<const KeySet>& keys) {
  std::lock_guard lock(mutex_);
  if (remembered_with_ != keys) return nullptr;
  auto found = remembered_.find(token);
  if (found == remembered_.end()) return nullptr;
  order_.splice(order_.begin(), order_, found->second);
  return found->second->principal;
}

void Credentials::Remember(std::string_view token, PrincipalPtr principal,
                           const std::shared_ptr<const KeySet>& keys) {
  std::lock_guard lock(mutex_);
  if (remembered_with_ != keys) {  // a key that was taken back takes its tokens with it
    remembered_.clear();
    order_.clear();
    remembered_with_ = keys;
  }
  if (remembered_.contains(token)) return;
  order_.push_front({std::string(token), std::move(principal)});
  remembered_.emplace(order_.front().token, order_.begin());
  if (order_.size() <= options_.remembered) return;
  remembered_.erase(order_.back().token);
  order_.pop_back();
}

}  // namespace throughline::platform
