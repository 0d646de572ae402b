#include "gateway/sign_in/code_exchange.h"

#include <initializer_list>
#include <optional>
#include <utility>

#include "gateway/json/json_reader.h"
#include "gateway/sign_in/awaited.h"
#include "gateway/sign_in/errors.h"
#include "gateway/sign_in/provider.h"
#include "runtime/base64.h"
#include "runtime/secret_file.h"

namespace throughline::gateway::sign_in {

namespace http = platform::http;

namespace {

std::string FormOf(std::initializer_list<std::pair<std::string_view, std::string>> fields) {
  std::string form;
  for (const auto& [name, value] : fields) {
    if (!form.empty()) form += '&';
    form.append(name).append("=").append(http::PercentEncode(value));
  }
  return form;
}

std::string WithQuery(const std::string& url, const std::string& query) {
  return url + (url.find('?') == std::string::npos ? '?' : '&') + query;
}

core::Result<std::string> IdTokenOf(const std::optional<platform::HttpOutcome>& outcome) {
  const bool answered = outcome && outcome->status != 0 && outcome->status < 500;
  if (!answered) return core::Refuse(ProviderUnavailable());
  if (outcome->status != 200) return core::Refuse(CodeRefused());
  const auto answer = ReadJson(outcome->body);
  auto token = answer ? Text(*answer, "id_token") : std::nullopt;
  if (!token) return core::Refuse(CodeRefused());
  return *std::move(token);
}

}  // namespace

std::string AuthorizationUrl(const Endpoints& endpoints, const Client& client,
                             const Attempt& attempt, bool again) {
  std::string query = FormOf({{"response_type", "code"},
                              {"client_id", client.id},
                              {"redirect_uri", attempt.address + kCallback},
                              {"scope", client.scopes},
                              {"state", attempt.state},
                              {"nonce", attempt.nonce},
                              {"code_challenge", ChallengeOf(attempt.verifier)},
                              {"code_challenge_method", "S256"}});
  if (again) query += "&prompt=login";
  return WithQuery(endpoints.authorization, query);
}

platform::HttpPost TokenRequestOf(const Endpoints& endpoints, const Client& client,
                                  const Attempt& attempt, const std::string& code) {
  platform::HttpPost post{
      .url = endpoints.token,
      .headers = {"Content-Type: application/x-www-form-urlencoded", "Accept: application/json"},
      .body = FormOf({{"grant_type", "authorization_code"},
                      {"code", code},
                      {"redirect_uri", attempt.address + kCallback},
                      {"client_id", client.id},
                      {"code_verifier", attempt.verifier}}),
      .deadline = kAnswersWithin};
  if (client.secret.empty()) return post;
  if (endpoints.secret_in_form) {
    post.body += '&' + FormOf({{"client_secret", client.secret}});
    return post;
  }
  // Both are encoded as in a form before they are put together (RFC 6749, 2.3.1).
  const std::string pair =
      http::PercentEncode(client.id) + ':' + http::PercentEncode(client.secret);
  post.headers.push_back("Authorization: Basic " +
                         runtime::ToBase64(pair, runtime::Base64::kStandard));
  return post;
}

std::string EndSessionUrl(const Endpoints& endpoints, const Client& client,
                          const std::string& id_token, const std::string& address) {
  if (endpoints.end_session.empty()) return "";
  std::string query =
      FormOf({{"client_id", client.id}, {"post_logout_redirect_uri", address + '/'}});
  if (!id_token.empty()) query += '&' + FormOf({{"id_token_hint", id_token}});
  return WithQuery(endpoints.end_session, query);
}

Client WithSecretOfNow(Client client) {
  if (client.secret_file.empty()) return client;
  if (auto text = runtime::SecretTextFromFile(client.secret_file, "signing in")) {
    client.secret = *std::move(text);
  }
  return client;
}

http::Task<core::Result<std::string>> ExchangeCode(const SignIn& sign_in,
                                                   const Endpoints& endpoints,
                                                   const Attempt& attempt, const std::string& code,
                                                   const http::Exchange& exchange) {
  const boost::asio::any_io_executor executor = co_await boost::asio::this_coro::executor;
  Awaited<platform::HttpOutcome> answer(executor);
  const Client client = WithSecretOfNow(sign_in.client);
  sign_in.provider->client().Post(TokenRequestOf(endpoints, client, attempt, code),
                                  answer.Callback());
  const std::optional<platform::HttpOutcome> outcome = co_await answer.Value(exchange);
  co_return IdTokenOf(outcome);
}

}  // namespace throughline::gateway::sign_in
