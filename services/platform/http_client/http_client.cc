#include "platform/http_client/http_client.h"

#include <unistd.h>

#include <algorithm>
#include <memory>

namespace throughline::platform {

namespace {

using Failure = HttpOutcome::Failure;

constexpr size_t kBodyAtMost = 64 << 10;  // bytes of an answer that are read
constexpr long kConnectMs = 5000;

struct Freed {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
  void operator()(char* text) const { curl_free(text); }
};

// One transfer, alive until it has ended.
struct Exchange {
  std::unique_ptr<CURL, Freed> easy{curl_easy_init()};
  std::unique_ptr<curl_slist, Freed> headers;
  HttpPost asked;  // of one that only gets, without a body
  bool posts = false;
  const AddressRules* addresses = nullptr;
  bool forbidden = false;
  std::string answer;
  std::function<void(HttpOutcome)> done;
};

size_t Read(const char* data, size_t size, size_t count, void* of) {
  auto& exchange = *static_cast<Exchange*>(of);
  if (exchange.answer.size() + size * count > kBodyAtMost) return 0;  // ends the transfer
  exchange.answer.append(data, size * count);
  return size * count;
}

curl_socket_t OpenSocket(void* of, curlsocktype, curl_sockaddr* address) {
  auto& exchange = *static_cast<Exchange*>(of);
  if (!exchange.addresses->Allows(address->addr)) {
    exchange.forbidden = true;
    return CURL_SOCKET_BAD;
  }
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

void SetUp(Exchange& exchange, const HttpRules& rules) {
  CURL* easy = exchange.easy.get();
  curl_easy_setopt(easy, CURLOPT_URL, exchange.asked.url.c_str());
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, rules.plain_http ? "http,https" : "https");
  curl_easy_setopt(easy, CURLOPT_PROXY, "");  // not what the environment says, either
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!rules.ca_file.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, rules.ca_file.c_str());
  curl_easy_setopt(easy, CURLOPT_USERAGENT, "Throughline");
  if (exchange.posts) {
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, exchange.asked.body.data());
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(exchange.asked.body.size()));
  }
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, exchange.headers.get());
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, kConnectMs);
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(exchange.asked.deadline.count()));
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, Read);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &exchange);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, OpenSocket);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, &exchange);
}

HttpOutcome OutcomeOf(const Exchange& exchange, CURLcode code) {
  HttpOutcome outcome;
  long status = 0;
  curl_off_t retry_after = 0;
  curl_easy_getinfo(exchange.easy.get(), CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(exchange.easy.get(), CURLINFO_RETRY_AFTER, &retry_after);
  // An answer counts by its first line, however its body goes on.
  if (code != CURLE_ABORTED_BY_CALLBACK && status >= 200) {
    outcome.status = static_cast<int>(status);
    outcome.retry_after_s = std::max<int64_t>(0, retry_after);
    if (code == CURLE_OK) outcome.body = exchange.answer;
    return outcome;
  }
  outcome.detail = curl_easy_strerror(code);
  if (code == CURLE_ABORTED_BY_CALLBACK) {
    outcome.failure = Failure::kStopped;
  } else if (code == CURLE_UNSUPPORTED_PROTOCOL) {
    outcome.failure = Failure::kForbidden;
    outcome.detail = "Only https is connected to.";
  } else if (exchange.forbidden) {
    outcome.failure = Failure::kForbidden;
    outcome.detail = "The address is not of the public internet.";
  } else if (code == CURLE_OPERATION_TIMEDOUT) {
    outcome.failure = Failure::kTimedOut;
    outcome.detail = "There was no answer in time.";
  } else {
    outcome.failure = Failure::kUnreachable;
  }
  return outcome;
}

}  // namespace

void HttpClient::Start(HttpPost asked, bool posts, std::function<void(HttpOutcome)> done) const {
  auto exchange = std::make_shared<Exchange>();
  exchange->asked = std::move(asked);
  exchange->posts = posts;
  exchange->addresses = &rules_.addresses;
  exchange->done = std::move(done);
  // Without it, an answer to a larger body is first waited for a second.
  exchange->headers.reset(curl_slist_append(nullptr, "Expect:"));
  for (const std::string& header : exchange->asked.headers) {
    curl_slist_append(exchange->headers.get(), header.c_str());
  }
  SetUp(*exchange, rules_);
  transfers_.Start(exchange->easy.get(),
                   [exchange](CURLcode code) { exchange->done(OutcomeOf(*exchange, code)); });
}

void HttpClient::Post(HttpPost post, std::function<void(HttpOutcome)> done) const {
  Start(std::move(post), true, std::move(done));
}

void HttpClient::Get(HttpGet get, std::function<void(HttpOutcome)> done) const {
  HttpPost asked{std::move(get.url), std::move(get.headers), "", get.deadline};
  Start(std::move(asked), false, std::move(done));
}

std::string EndpointOf(const std::string& url) {
  const std::unique_ptr<CURLU, Freed> parts(curl_url());
  if (curl_url_set(parts.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK) return "";
  std::string endpoint;
  for (const auto& [part, before] :
       {std::pair(CURLUPART_SCHEME, ""), {CURLUPART_HOST, "://"}, {CURLUPART_PORT, ":"}}) {
    char* text = nullptr;
    if (curl_url_get(parts.get(), part, &text, CURLU_DEFAULT_PORT) != CURLUE_OK) return "";
    const std::unique_ptr<char, Freed> owned(text);
    endpoint += before;
    endpoint += text;
  }
  return endpoint;
}

}  // namespace throughline::platform
