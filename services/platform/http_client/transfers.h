// Runs transfers of libcurl, many at a time, on one thread of its own. Thread-safe.
#pragma once

#include <curl/curl.h>

#include <functional>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

namespace throughline::platform {

class Transfers {
 public:
  // Called once, on the thread of the transfers; it must return soon.
  using Done = std::function<void(CURLcode)>;

  Transfers();
  // What is under way ends with CURLE_ABORTED_BY_CALLBACK.
  ~Transfers();
  Transfers(const Transfers&) = delete;
  Transfers& operator=(const Transfers&) = delete;

  // `easy` is set up, and outlives the transfer; it bounds its own time.
  void Start(CURL* easy, Done done);

 private:
  void Run();
  void FinishThoseDone();

  CURLM* multi_;
  std::mutex mutex_;
  bool stopping_ = false;
  std::vector<std::pair<CURL*, Done>> starting_;
  std::unordered_map<CURL*, Done> under_way_;  // of the thread
  std::thread thread_;
};

}  // namespace throughline::platform
