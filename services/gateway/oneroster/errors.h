// Every refusal of the OneRoster door, by name: INVALID_ARGUMENT but where it says otherwise.
#pragma once

#include <string_view>

#include "core/result.h"

namespace throughline::gateway::oneroster {

core::Error BodyUnwrapped(std::string_view name);
core::Error FieldMissing(std::string_view field);
core::Error FieldInvalid(std::string_view field, std::string_view must);  // "be a date, …"
core::Error ScaleInvalid();
core::Error FilterInvalid(std::string_view filter);
core::Error ScopeMissing();  // PERMISSION_DENIED
core::Error ResultsTooMany(size_t at_most);

}  // namespace throughline::gateway::oneroster
