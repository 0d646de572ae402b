// Every failure of the token endpoint, by name.
#pragma once

#include <string_view>

#include "core/result.h"

namespace throughline::gateway::oauth {

// FAILED_PRECONDITION, at the start: sentences for the person who configures it.
core::Error ClientsUnusable(std::string_view source, std::string_view why);
core::Error SigningKeyUnusable(std::string_view path, std::string_view why);

}  // namespace throughline::gateway::oauth
