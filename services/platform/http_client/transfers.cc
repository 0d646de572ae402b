#include "platform/http_client/transfers.h"

#include <cstdlib>

#include "runtime/guarded.h"

namespace throughline::platform {

namespace {

constexpr int kLongestPollMs = 1000;
constexpr char kEnd[] = "a transfer's end";

CURLM* NewMulti() {
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  CURLM* multi = started == CURLE_OK ? curl_multi_init() : nullptr;
  if (multi == nullptr) std::abort();  // there is no memory
  return multi;
}

}  // namespace

Transfers::Transfers() : multi_(NewMulti()), thread_([this] { Run(); }) {}

Transfers::~Transfers() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  curl_multi_wakeup(multi_);
  thread_.join();
  curl_multi_cleanup(multi_);
}

void Transfers::Start(CURL* easy, Done done) {
  {
    std::lock_guard lock(mutex_);
    starting_.emplace_back(easy, std::move(done));
  }
  curl_multi_wakeup(multi_);
}

void Transfers::Run() {
  while (true) {
    std::vector<std::pair<CURL*, Done>> starting;
    {
      std::lock_guard lock(mutex_);
      starting.swap(starting_);
      if (stopping_) {
        for (auto& [easy, done] : starting) under_way_.emplace(easy, std::move(done));
        break;
      }
    }
    for (auto& [easy, done] : starting) {
      curl_multi_add_handle(multi_, easy);
      under_way_.emplace(easy, std::move(done));
    }
    int running = 0;
    curl_multi_perform(multi_, &running);
    FinishThoseDone();
    curl_multi_poll(multi_, nullptr, 0, kLongestPollMs, nullptr);
  }
  for (auto& [easy, done] : under_way_) {
    curl_multi_remove_handle(multi_, easy);
    runtime::Guarded(kEnd, [&, &done = done] { done(CURLE_ABORTED_BY_CALLBACK); });
  }
}

void Transfers::FinishThoseDone() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    CURL* easy = message->easy_handle;
    const CURLcode code = message->data.result;
    curl_multi_remove_handle(multi_, easy);  // from here on the message is gone
    auto found = under_way_.find(easy);
    const Done done = std::move(found->second);
    under_way_.erase(found);
    runtime::Guarded(kEnd, [&] { done(code); });
  }
}

}  // namespace throughline::platform
