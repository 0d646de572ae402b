// Every failure that the identity vault itself reports, by name. None of them names a student.
#pragma once

#include <string_view>

#include "core/result.h"

namespace throughline::identities {

core::Error KeysReplaced(std::string_view district);       // ABORTED: by somebody else meanwhile
core::Error KeyRingLost(std::string_view district);        // FAILED_PRECONDITION
core::Error KeyRingOther(std::string_view district);       // FAILED_PRECONDITION
core::Error KeyOfBeforeNeeded(std::string_view district);  // FAILED_PRECONDITION
core::Error RecordDamaged(std::string_view district);      // of a student; INTERNAL
core::Error VaultContended(std::string_view district);     // UNAVAILABLE: too many at once

}  // namespace throughline::identities
