#include "audit/opening.h"

#include "audit/audit_trail.h"
#include "runtime/known_secret.h"

namespace throughline::audit {

platform::OpenAudit OpenTrail(const std::string& service, const std::filesystem::path& key) {
  return OpenTrailWithHead(service, key, /*head_file=*/{});
}

platform::OpenAudit OpenTrailWithHead(const std::string& service, const std::filesystem::path& key,
                                      const std::filesystem::path& head_file) {
  return [=](runtime::Log& log,
             const runtime::Clock& clock) -> core::Result<std::unique_ptr<platform::Audit>> {
    TrailOptions options{.service = service, .secret = std::nullopt, .head_file = head_file};
    if (!key.empty()) {
      auto secret = runtime::KnownSecretFromFile(log, key, kAuditPurpose);
      if (!secret) return core::Refuse(secret.error());
      options.secret = *secret;
    }
    return std::make_unique<AuditTrail>(log, clock, std::move(options));
  };
}

}  // namespace throughline::audit
