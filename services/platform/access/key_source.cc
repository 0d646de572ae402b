#include "platform/access/key_source.h"

#include <curl/curl.h>
#include <spdlog/spdlog.h>

#include <fstream>

#include "platform/access/errors.h"
#include "runtime/guarded.h"

namespace throughline::platform {

using core::Result;

namespace {

constexpr size_t kLargest = 256 << 10;  // bytes of a key set
constexpr char kTooLarge[] = "it is over 256 KiB";
constexpr long kConnectSeconds = 5;
constexpr long kSeconds = 10;

bool IsAddress(std::string_view source) {
  return source.starts_with("http://") || source.starts_with("https://");
}

struct Download {
  std::string body;
  const std::atomic<bool>& stopping;
};

size_t Take(const char* data, size_t size, size_t count, void* to) {
  auto& download = *static_cast<Download*>(to);
  if (download.body.size() + size * count > kLargest) return 0;  // fails the transfer
  download.body.append(data, size * count);
  return size * count;
}

int Progress(void* of, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<Download*>(of)->stopping ? 1 : 0;
}

Result<std::string> Fetch(const std::string& address, const std::atomic<bool>& stopping) {
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(
      started == CURLE_OK ? curl_easy_init() : nullptr, &curl_easy_cleanup);
  if (!curl) return core::Refuse(KeysUnusable(address, "libcurl does not start"));
  Download download{{}, stopping};
  curl_easy_setopt(curl.get(), CURLOPT_URL, address.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_FAILONERROR, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
  curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT, kSeconds);
  curl_easy_setopt(curl.get(), CURLOPT_MAXFILESIZE, static_cast<long>(kLargest));
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, Take);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &download);
  curl_easy_setopt(curl.get(), CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl.get(), CURLOPT_XFERINFOFUNCTION, Progress);
  curl_easy_setopt(curl.get(), CURLOPT_XFERINFODATA, &download);
  const CURLcode done = curl_easy_perform(curl.get());
  if (done == CURLE_WRITE_ERROR) return core::Refuse(KeysUnusable(address, kTooLarge));
  if (done != CURLE_OK) return core::Refuse(KeysUnusable(address, curl_easy_strerror(done)));
  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  // Nor is a redirect followed: it could lead anywhere.
  if (status != 200) return core::Refuse(KeysUnusable(address, "the answer is not 200 OK"));
  return std::move(download.body);
}

Result<std::string> ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text(kLargest + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad() || (file.fail() && !file.eof())) {
    return core::Refuse(KeysUnusable(path, "it is not a file that can be read"));
  }
  text.resize(static_cast<size_t>(file.gcount()));
  if (text.size() > kLargest) return core::Refuse(KeysUnusable(path, kTooLarge));
  return text;
}

Result<KeySet> Load(const std::string& source, const std::atomic<bool>& stopping) {
  auto text = IsAddress(source) ? Fetch(source, stopping) : ReadFile(source);
  if (!text) return core::Refuse(text.error());
  return KeySet::Parse(source, *text);
}

}  // namespace

Result<std::unique_ptr<KeySource>> KeySource::Open(const std::string& source, const KeyPace& pace) {
  // What is said of a source is logged; a password must not be in it.
  if (IsAddress(source) && source.find('@') != std::string::npos) {
    return core::Refuse(KeysUnusable("that address", "it must not hold a user or a password"));
  }
  const std::atomic<bool> stopping{false};
  auto keys = Load(source, stopping);
  if (!keys) return core::Refuse(keys.error());
  return std::unique_ptr<KeySource>(new KeySource(source, pace, std::move(*keys)));
}

std::unique_ptr<KeySource> KeySource::Of(KeySet keys) {
  return std::unique_ptr<KeySource>(new KeySource("", {}, std::move(keys)));
}

KeySource::KeySource(std::string source, const KeyPace& pace, KeySet keys)
    : source_(std::move(source)),
      pace_(pace),
      keys_(std::make_shared<const KeySet>(std::move(keys))) {
  if (!source_.empty()) thread_ = std::thread([this] { Run(); });
}

KeySource::~KeySource() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
}

std::shared_ptr<const KeySet> KeySource::keys() const {
  std::lock_guard lock(mutex_);
  return keys_;
}

void KeySource::Want() {
  {
    std::lock_guard lock(mutex_);
    if (wanted_) return;
    wanted_ = true;
  }
  wake_.notify_one();
}

void KeySource::Run() {
  auto read = std::chrono::steady_clock::now();
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    // Whatever is wanted meanwhile, and however often, waits for its time.
    wake_.wait_until(lock, read + pace_.when_wanted, [&] { return stopping_.load(); });
    wake_.wait_until(lock, read + pace_.every, [&] { return stopping_ || wanted_; });
    if (stopping_) return;
    wanted_ = false;
    lock.unlock();
    runtime::Guarded("keys", [this] { ReadAgain(); });
    read = std::chrono::steady_clock::now();
    lock.lock();
  }
}

void KeySource::ReadAgain() {
  auto keys = Load(source_, stopping_);
  if (!keys) {
    if (!stopping_) spdlog::warn("{} The keys read before stay in use.", keys.error().message);
    return;
  }
  std::lock_guard lock(mutex_);
  if (keys->SameAs(*keys_)) return;
  keys_ = std::make_shared<const KeySet>(std::move(*keys));
  spdlog::info("new keys were read from {}", source_);
}

}  // namespace throughline::platform
