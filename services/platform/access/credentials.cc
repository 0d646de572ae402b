#include "platform/access/credentials.h"

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>

#include "core/ids.h"
#include "platform/access/errors.h"
#include "platform/access/signed_token.h"

namespace throughline::platform {

using core::Refuse;
using core::Result;
using nlohmann::json;

namespace {

constexpr size_t kLongestSubject = 256;
constexpr size_t kLongestTeacher = 128;

Result<std::optional<std::string>> TeacherIn(const json& claims) {
  if (!claims.contains("teacher") || claims["teacher"].is_null()) return std::nullopt;
  auto teacher = TextClaim(claims, "teacher");
  if (!teacher) return core::Refuse(teacher.error());
  if (teacher->size() > kLongestTeacher || !IsPrintable(*teacher)) {
    return Refuse(CredentialInvalid("its `teacher` is not at most 128 printable characters"));
  }
  return *std::move(teacher);
}

Result<PrincipalPtr> PrincipalOf(const json& claims, const std::string& issuer,
                                 core::Instant valid_until) {
  auto principal = std::make_shared<Principal>();
  principal->issuer = issuer;
  auto role = TextClaim(claims, "role");
  if (!role) return core::Refuse(role.error());
  principal->role = RoleOf(*role);
  principal->valid_until = valid_until;
  const std::pair<const char*, std::string*> texts[] = {{"sub", &principal->subject},
                                                        {"district", &principal->district},
                                                        {"school", &principal->school},
                                                        {"scope", &principal->scope},
                                                        {"team", &principal->team}};
  for (const auto& [claim, to] : texts) {
    auto text = TextClaim(claims, claim);
    if (!text) return core::Refuse(text.error());
    *to = std::move(*text);
  }
  if (principal->subject.empty() || principal->subject.size() > kLongestSubject ||
      !IsPrintable(principal->subject)) {
    return Refuse(CredentialInvalid("its `sub` is not 1 to 256 printable characters"));
  }
  auto teacher = TeacherIn(claims);
  if (!teacher) return core::Refuse(teacher.error());
  principal->teacher = *std::move(teacher);
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

// Not one that ends a session, as an issuer signs them, too (OpenID Connect Back-Channel
// Logout 1.0, RFC 9068).
bool IsForAccess(const SignedToken& token) {
  std::string type = token.type;
  std::transform(type.begin(), type.end(), type.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  constexpr std::string_view kApplication = "application/";
  if (type.starts_with(kApplication)) type.erase(0, kApplication.size());
  const bool is_known = type.empty() || type == "jwt" || type == "at+jwt";
  return is_known && !token.claims.contains("events");
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
  auto signed_token = ReadSignedToken(token, keys, *keys_);
  if (!signed_token) return core::Refuse(signed_token.error());
  const json& claims = signed_token->claims;
  if (!IsForAccess(*signed_token)) {
    return Refuse(CredentialInvalid("it is a token for something else"));
  }
  if (auto issuer = TextClaim(claims, "iss"); !issuer || *issuer != options_.issuer) {
    return Refuse(CredentialInvalid("it is from another issuer"));
  }
  if (!IsMeantFor(claims, options_.audience)) {
    return Refuse(CredentialInvalid("it is meant for another audience"));
  }
  auto valid_until = CheckTimes(claims, clock_.Now());
  if (!valid_until) return core::Refuse(valid_until.error());
  return PrincipalOf(claims, options_.issuer, *valid_until);
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
