// A request for a token by client credentials, and the answers, after RFC 6749 (4.4, 5.1, 5.2).
// Pure.
#pragma once

#include <string>
#include <string_view>

#include "gateway/oauth/clients.h"
#include "platform/http/message.h"

namespace throughline::gateway::oauth {

struct TokenRequest {
  std::string grant_type, client_id, client_secret;
  std::string scope;  // with spaces between; empty: all that the client may have
};

// Of a form or of JSON, as some clients send it; id and secret may stand in a Basic credential
// instead (RFC 7617). What is missing is empty.
TokenRequest ReadTokenRequest(const platform::http::Request& request, std::string_view body);

// What of the client's scopes it asks for; nullopt when it asks for another one.
std::optional<std::string> ScopesFor(const Client& client, std::string_view asked);

platform::http::Response TokenAnswer(const std::string& token, int64_t lifetime_s,
                                     const std::string& scopes);
// `error` is one of RFC 6749's: invalid_client (401), invalid_scope, …
platform::http::Response TokenRefusal(std::string_view error, std::string_view description);

}  // namespace throughline::gateway::oauth
