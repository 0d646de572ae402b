#include "platform/access/access.h"

#include <spdlog/spdlog.h>

#include "platform/access/errors.h"
#include "platform/access/scopes.h"

namespace throughline::platform {

using core::Refuse;
using core::Result;

namespace {

// The token of "Bearer TOKEN", of which the first word is written in any case (RFC 7235).
std::string_view TokenOf(std::string_view authorization) {
  constexpr std::string_view kScheme = "bearer ";
  if (authorization.size() <= kScheme.size()) return {};
  for (size_t i = 0; i < kScheme.size(); ++i) {
    const char c = authorization[i];
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (lower != kScheme[i]) return {};
  }
  return authorization.substr(kScheme.size());
}

core::Error KeysMissing() {
  return AccessOptionMissing("jwks", "the file or the address of the issuer's keys");
}

Result<std::unique_ptr<KeySource>> KeysOf(const AccessOptions& options) {
  if (options.own_keys.empty()) return KeySource::Open(options.jwks, options.pace);
  auto keys = KeySet::Parse("its own set of keys", options.own_keys);
  if (!keys) return core::Refuse(keys.error());
  return KeySource::Of(std::move(*keys));
}

}  // namespace

std::unique_ptr<Access> Access::Open() { return std::unique_ptr<Access>(new Access()); }

Result<std::unique_ptr<Access>> Access::Create(const std::vector<AccessOptions>& issuers,
                                               const runtime::Clock& clock) {
  std::unique_ptr<Access> access(new Access());
  access->clock_ = &clock;
  if (issuers.empty()) return Refuse(KeysMissing());
  for (const AccessOptions& options : issuers) {
    if (options.jwks.empty() && options.own_keys.empty()) return Refuse(KeysMissing());
    if (options.issuer.empty()) {
      return Refuse(AccessOptionMissing("jwt-issuer", "what a token's `iss` has to be"));
    }
    if (options.audience.empty()) {
      return Refuse(AccessOptionMissing("jwt-audience", "what a token's `aud` has to be"));
    }
    auto keys = KeysOf(options);
    if (!keys) return core::Refuse(keys.error());
    access->issuers_.push_back(std::make_unique<Credentials>(
        std::move(*keys), CredentialOptions{.issuer = options.issuer, .audience = options.audience},
        clock));
  }
  return access;
}

const PrincipalPtr& Access::Everybody() {
  static const Principal principal{.subject = "everybody",
                                   .district = {},
                                   .school = {},
                                   .team = {},
                                   .valid_until = core::Instant::max(),
                                   .scope = {},
                                   .issuer = {}};
  // Owns nothing, so that copies touch no count that all threads share.
  static const PrincipalPtr everybody(PrincipalPtr(), &principal);
  return everybody;
}

Result<PrincipalPtr> Access::Authenticate(std::string_view authorization) const {
  if (open()) return Everybody();
  const std::string_view token = TokenOf(authorization);
  if (token.empty()) return Refuse(CredentialMissing());
  Result<PrincipalPtr> verified = issuers_.front()->Verify(token);
  for (size_t i = 1; i < issuers_.size() && !verified; ++i) {
    // That a token is over is said by the one who issued it.
    if (verified.error().reason == CredentialExpired().reason) break;
    verified = issuers_[i]->Verify(token);
  }
  return verified;
}

Result<void> Access::Authorize(const Principal& caller, const Rules& rules,
                               const google::protobuf::Message& request) const {
  if (open()) return {};
  const Rule* rule = rules.Find(request);
  const bool allowed = rule != nullptr && Allows(*rule, caller, request);
  if (allowed && IsInScope(caller.scope, rule->scopes, request)) return {};
  spdlog::info("refused {} to {}, {} of {}", request.GetDescriptor()->full_name(), caller.subject,
               common::v1::Role_Name(caller.role), caller.district);
  return Refuse(allowed ? ScopeMissing() : NotAllowed(rule == nullptr ? "" : rule->role_names));
}

void Access::NoteSignIn(const Principal& caller, const CallOrigin& origin) const {
  if (open() || !sign_ins_->IsNew(caller, origin.address)) return;
  audit::v1::AuditRecord record = RecordOf(&caller, origin);
  record.set_action(audit::v1::ACTION_SIGNED_IN);
  record.set_outcome(audit::v1::OUTCOME_DONE);
  AddObject(record, "school", caller.school);
  AddObject(record, "team", caller.team);
  audit_->Note(std::move(record));
}

bool Access::IsOver(const Principal& caller) const {
  return !open() && clock_->Now() >= caller.valid_until;
}

}  // namespace throughline::platform
