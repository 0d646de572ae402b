// How a process opens the audit trail that it writes.
#pragma once

#include <filesystem>
#include <string>

#include "platform/access/audit.h"

namespace throughline::audit {

// `service` is who writes. `key` is the file with the secret that heads are signed with, made when
// it does not exist, and held to what the log knows of it (runtime/known_secret.h); empty: this
// process signs none.
platform::OpenAudit OpenTrail(const std::string& service, const std::filesystem::path& key);
// The same; the last head that the process signs is noted in `head_file`, too.
platform::OpenAudit OpenTrailWithHead(const std::string& service, const std::filesystem::path& key,
                                      const std::filesystem::path& head_file);

// The name under which the log knows the secret.
inline constexpr char kAuditPurpose[] = "audit";

}  // namespace throughline::audit
