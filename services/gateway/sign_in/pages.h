// The few pages of signing in that are not the board's, in the languages of the board. Pure.
#pragma once

#include <string_view>

#include "core/result.h"
#include "platform/http/message.h"

namespace throughline::gateway::sign_in {

// Why somebody is not signed in, with a link to begin again. The language is the first that
// `accept_language` has of those there are, or English.
platform::http::Response RefusalPage(const core::Error& why, std::string_view accept_language);

}  // namespace throughline::gateway::sign_in
