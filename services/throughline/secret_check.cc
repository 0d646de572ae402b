#include "throughline/secret_check.h"

#include <iostream>
#include <utility>

#include "audit/opening.h"
#include "runtime/known_secret.h"
#include "throughline/embedded_host.h"

namespace throughline {

bool CheckSecrets(const std::filesystem::path& directory,
                  const std::vector<runtime::StoredRecord>& fingerprints) {
  bool good = true;
  for (const auto& [purpose, file] :
       {std::pair("pseudonyms", kPseudonymsKey), std::pair("deliveries", kDeliveriesKey),
        std::pair(audit::kAuditPurpose, kAuditKey)}) {
    const auto known = runtime::CheckSecretAgainst(fingerprints, directory / file, purpose);
    if (known) continue;
    std::cerr << known.error().message << '\n';
    good = false;
  }
  return good;
}

}  // namespace throughline
