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
struct Posting {
  std::unique_ptr<CURL, Freed> easy{curl_easy_init()};
  std::unique_ptr<curl_slist, Freed> headers;
  HttpPost post;
  const AddressRules* addresses = nullptr;
  bool forbidden = false;
  size_t read = 0;
  std::function<void(HttpOutcome)> done;
};

size_t Read(const char*, size_t size, size_t count, void* of) {
  auto& posting = *static_cast<Posting*>(of);
  posting.read += size * count;
  return posting.read > kBodyAtMost ? 0 : size * count;  // 0 ends the transfer
}

curl_socket_t OpenSocket(void* of, curlsocktype, curl_sockaddr* address) {
  auto& posting = *static_cast<Posting*>(of);
  if (!posting.addresses->Allows(address->addr)) {
    posting.forbidden = true;
    return CURL_SOCKET_BAD;
  }
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

void SetUp(Posting& posting, const HttpRules& rules) {
  CURL* easy = posting.easy.get();
  curl_easy_setopt(easy, CURLOPT_URL, posting.post.url.c_str());
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, rules.plain_http ? "http,https" : "https");
  curl_easy_setopt(easy, CURLOPT_PROXY, "");  // not what the environment says, either
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!rules.ca_file.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, rules.ca_file.c_str());
  curl_easy_setopt(easy, CURLOPT_USERAGENT, "Throughline");
  curl_easy_setopt(easy, CURLOPT_POST, 1L);
  curl_easy_setopt(easy, CURLOPT_POSTFIELDS, posting.post.body.data());
  curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                   static_cast<curl_off_t>(posting.post.body.size()));
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, posting.headers.get());
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, kConnectMs);
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(posting.post.deadline.count()));
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, Read);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &posting);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, OpenSocket);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, &posting);
}

HttpOutcome OutcomeOf(const Posting& posting, CURLcode code) {
  HttpOutcome outcome;
  long status = 0;
  curl_off_t retry_after = 0;
  curl_easy_getinfo(posting.easy.get(), CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(posting.easy.get(), CURLINFO_RETRY_AFTER, &retry_after);
  // An answer counts by its first line, however its body goes on.
  if (code != CURLE_ABORTED_BY_CALLBACK && status >= 200) {
    outcome.status = static_cast<int>(status);
    outcome.retry_after_s = std::max<int64_t>(0, retry_after);
    return outcome;
  }
  outcome.detail = curl_easy_strerror(code);
  if (code == CURLE_ABORTED_BY_CALLBACK) {
    outcome.failure = Failure::kStopped;
  } else if (code == CURLE_UNSUPPORTED_PROTOCOL) {
    outcome.failure = Failure::kForbidden;
    outcome.detail = "Only https is connected to.";
  } else if (posting.forbidden) {
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

void HttpClient::Post(HttpPost post, std::function<void(HttpOutcome)> done) const {
  auto posting = std::make_shared<Posting>();
  posting->post = std::move(post);
  posting->addresses = &rules_.addresses;
  posting->done = std::move(done);
  // Without it, an answer to a larger body is first waited for a second.
  posting->headers.reset(curl_slist_append(nullptr, "Expect:"));
  for (const std::string& header : posting->post.headers) {
    curl_slist_append(posting->headers.get(), header.c_str());
  }
  SetUp(*posting, rules_);
  transfers_.Start(posting->easy.get(),
                   [posting](CURLcode code) { posting->done(OutcomeOf(*posting, code)); });
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
