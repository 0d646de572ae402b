// The secrets in a data directory; without them what is in its journal cannot be served.
#pragma once

#include <string>
#include <vector>

namespace throughline {

inline constexpr char kPseudonymsKey[] = "pseudonyms.key";
inline constexpr char kDeliveriesKey[] = "deliveries.key";
inline constexpr char kAuditKey[] = "audit.key";
inline constexpr char kTokenKey[] = "token-key.json";  // when it gives out tokens
inline const std::vector<std::string> kSecrets = {kPseudonymsKey, kDeliveriesKey, kAuditKey,
                                                  kTokenKey};
// Keys of survey rounds, which are destroyed with them: in no backup.
inline constexpr char kSurveyKeysFolder[] = "surveys";
// The last signed head of the audit trail, so that a journal whose end was cut off is found.
inline constexpr char kAuditHead[] = "audit.head";

}  // namespace throughline
