#include "push_bench.h"

#include <curl/curl.h>
#include <google/protobuf/util/json_util.h>

#include <atomic>
#include <stdexcept>
#include <thread>

#include "gateway/gateway.h"

namespace throughline::bench {

namespace {

constexpr int kPushesUnderWay = 8;

size_t Ignore(char*, size_t size, size_t count, void*) { return size * count; }

// One connection, kept open.
class Sender {
 public:
  explicit Sender(int port)
      : url_("http://127.0.0.1:" + std::to_string(port) + "/v1/results:ingest") {
    headers_ = curl_slist_append(headers_, "Content-Type: application/json");
    headers_ = curl_slist_append(headers_, "Expect:");
    curl_easy_setopt(curl_, CURLOPT_URL, url_.c_str());
    curl_easy_setopt(curl_, CURLOPT_HTTPHEADER, headers_);
    curl_easy_setopt(curl_, CURLOPT_WRITEFUNCTION, Ignore);
  }
  ~Sender() {
    curl_slist_free_all(headers_);
    curl_easy_cleanup(curl_);
  }
  void Post(const std::string& body) {
    curl_easy_setopt(curl_, CURLOPT_POSTFIELDS, body.c_str());
    curl_easy_setopt(curl_, CURLOPT_POSTFIELDSIZE, static_cast<long>(body.size()));
    long status = 0;
    const CURLcode done = curl_easy_perform(curl_);
    curl_easy_getinfo(curl_, CURLINFO_RESPONSE_CODE, &status);
    if (done != CURLE_OK || status != 200) {
      throw std::runtime_error("a push was answered with " + std::to_string(status));
    }
  }

 private:
  const std::string url_;
  CURL* curl_ = curl_easy_init();
  curl_slist* headers_ = nullptr;
};

std::string JsonOf(int64_t number, int results, const std::string& date) {
  std::string json;
  const auto written =
      google::protobuf::util::MessageToJsonString(Batch(number, results, date), &json);
  if (!written.ok()) throw std::runtime_error(written.ToString());
  return json;
}

}  // namespace

struct HttpPushes::Parts {
  std::unique_ptr<gateway::Gateway> gateway;
  std::vector<std::unique_ptr<Sender>> senders;
};

HttpPushes::HttpPushes(platform::Host& host) : parts_(std::make_unique<Parts>()) {
  gateway::GatewayOptions options;
  options.http.listen = "127.0.0.1:0";
  options.admission.limits = {.per_second = 1e9, .at_once = 1e9};
  gateway::Channels channels;
  for (const std::string& service : kServices) channels[service] = host.Channel();
  auto opened = gateway::Gateway::Start(options, host.access(), channels);
  if (!opened) throw std::runtime_error(opened.error().message);
  parts_->gateway = std::move(*opened);
  for (int i = 0; i < kPushesUnderWay; ++i) {
    parts_->senders.push_back(std::make_unique<Sender>(parts_->gateway->port()));
  }
}

HttpPushes::~HttpPushes() = default;

void HttpPushes::Push(int64_t number, int batches, int results, const std::string& date) {
  std::atomic<int> next{0};
  std::atomic<bool> failed{false};
  std::vector<std::thread> threads;
  for (auto& sender : parts_->senders) {
    threads.emplace_back([&] {
      try {
        for (int i = next++; i < batches; i = next++) {
          sender->Post(JsonOf(number + i, results, date));
        }
      } catch (const std::exception&) {
        failed = true;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  if (failed) throw std::runtime_error("a push over HTTP was refused");
}

}  // namespace throughline::bench
