// What the OneRoster endpoint refuses beside what all endpoints do (intake/errors.h), by name:
// INVALID_ARGUMENT but where it says otherwise.
#pragma once

#include <string_view>

#include "core/result.h"

namespace throughline::gateway::oneroster {

core::Error BodyUnwrapped(std::string_view name);
core::Error ScaleInvalid();
core::Error FilterInvalid(std::string_view filter);
core::Error FilterTooLong();                             // 414
core::Error ObjectUnknown(std::string_view sourced_id);  // NOT_FOUND
core::Error QueryUnknown(std::string_view name);         // of what writes
core::Error ScopeMissing();                              // PERMISSION_DENIED

}  // namespace throughline::gateway::oneroster
