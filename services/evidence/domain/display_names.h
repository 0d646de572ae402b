// What people call students, as a roster says it. It goes to the identity vault and nowhere else.
// Pure.
#pragma once

#include <optional>

#include "core/errors.h"
#include "throughline/evidence/v1/evidence_service.pb.h"

namespace throughline::evidence {

// NAME_INVALID for a name that is too long or has control characters in it; the error says which,
// and not what it is.
std::optional<core::Error> CheckNames(const v1::UpdateRosterRequest& request);

}  // namespace throughline::evidence
