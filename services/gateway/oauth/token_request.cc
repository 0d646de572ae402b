#include "gateway/oauth/token_request.h"

#include <algorithm>

#include "gateway/json/json_reader.h"
#include "runtime/base64.h"

namespace throughline::gateway::oauth {

using platform::http::Request;
using platform::http::Response;

namespace {

constexpr std::string_view kBasic = "basic ";

void ReadBasic(std::string_view authorization, TokenRequest& asked) {
  if (authorization.size() <= kBasic.size()) return;
  for (size_t i = 0; i < kBasic.size(); ++i) {
    if (std::tolower(static_cast<unsigned char>(authorization[i])) != kBasic[i]) return;
  }
  const std::string pair =
      runtime::FromBase64(authorization.substr(kBasic.size()), runtime::Base64::kStandard)
          .value_or("");
  const size_t colon = pair.find(':');
  if (colon == std::string::npos) return;
  asked.client_id = pair.substr(0, colon);
  asked.client_secret = pair.substr(colon + 1);
}

std::vector<std::string_view> Words(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const size_t end = std::min(text.find(' '), text.size());
    if (end > 0) words.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

Response JsonAnswer(int status, const Json& body) {
  return {status,
          {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}},
          body.dump(-1, ' ', false, Json::error_handler_t::replace)};
}

}  // namespace

TokenRequest ReadTokenRequest(const Request& request, std::string_view body) {
  TokenRequest asked;
  const std::pair<const char*, std::string*> fields[] = {{"grant_type", &asked.grant_type},
                                                         {"client_id", &asked.client_id},
                                                         {"client_secret", &asked.client_secret},
                                                         {"scope", &asked.scope}};
  if (request.MediaType() == "application/json") {
    if (const auto json = ReadJson(body)) {
      for (const auto& [name, to] : fields) *to = Text(*json, name).value_or("");
    }
  } else {
    Request form{.target = "/?" + std::string(body)};
    if (ReadTarget(form)) {
      for (const auto& [name, to] : fields) *to = form.Query(name).value_or("");
    }
  }
  ReadBasic(request.Header("authorization"), asked);
  return asked;
}

std::optional<std::string> ScopesFor(const Client& client, std::string_view asked) {
  std::string scopes;
  const auto add = [&](std::string_view scope) {
    scopes += (scopes.empty() ? "" : " ") + std::string(scope);
  };
  const auto words = Words(asked);
  if (words.empty()) {
    for (const std::string& scope : client.scopes) add(scope);
    return scopes;
  }
  for (const std::string_view scope : words) {
    if (std::find(client.scopes.begin(), client.scopes.end(), scope) == client.scopes.end()) {
      return std::nullopt;
    }
    add(scope);
  }
  return scopes;
}

Response TokenAnswer(const std::string& token, int64_t lifetime_s, const std::string& scopes) {
  Json body{{"access_token", token}, {"token_type", "bearer"}, {"expires_in", lifetime_s}};
  if (!scopes.empty()) body["scope"] = scopes;
  return JsonAnswer(200, body);
}

Response TokenRefusal(std::string_view error, std::string_view description) {
  Response response = JsonAnswer(error == "invalid_client" ? 401 : 400,
                                 {{"error", error}, {"error_description", description}});
  if (response.status == 401) {
    response.headers.emplace_back("WWW-Authenticate", "Basic realm=\"throughline\"");
  }
  return response;
}

}  // namespace throughline::gateway::oauth
