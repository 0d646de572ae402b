// Where the keys of the issuer come from: a file, or an http or https address. They are read once
// at the start and again from time to time, on a thread of its own: whoever asks for them gets the
// last good set at once. A source that fails, or says nonsense, leaves that set in place.
// Thread-safe.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "core/result.h"
#include "platform/access/key_set.h"

namespace throughline::platform {

// How often the keys are read again.
struct KeyPace {
  std::chrono::milliseconds every = std::chrono::minutes(10);
  std::chrono::milliseconds when_wanted = std::chrono::seconds(10);  // at most once in this time
};

class KeySource {
 public:
  // KEYS_UNUSABLE when there is no usable set of keys there now.
  static core::Result<std::unique_ptr<KeySource>> Open(const std::string& source,
                                                       const KeyPace& pace = {});
  // Keys that this process has anyway, such as its own: they are never read again.
  static std::unique_ptr<KeySource> Of(KeySet keys);
  // Stops a read that is under way.
  ~KeySource();

  std::shared_ptr<const KeySet> keys() const;
  // A key was asked for that is not in the set; returns at once.
  void Want();

 private:
  KeySource(std::string source, const KeyPace& pace, KeySet keys);
  void Run();
  void ReadAgain();

  const std::string source_;
  const KeyPace pace_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::shared_ptr<const KeySet> keys_;
  bool wanted_ = false;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace throughline::platform
