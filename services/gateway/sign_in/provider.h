// The provider of OpenID Connect at which a district's people sign in: where its endpoints are, as
// its discovery document says (OpenID Connect Discovery 1.0), and its keys. The document is read at
// the start and again from time to time, in the background: whoever asks gets the last good one at
// once. Thread-safe.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "core/result.h"
#include "platform/access/key_source.h"
#include "platform/http_client/http_client.h"

namespace throughline::gateway::sign_in {

// How long an answer of the provider is waited for.
inline constexpr std::chrono::seconds kAnswersWithin(10);

struct Endpoints {
  std::string authorization = {}, token = {}, keys = {};
  std::string end_session = {};  // empty: it has none
  bool secret_in_form = false;   // where the client says its secret: in the form, not in a header
};

// Pure. PROVIDER_UNUSABLE when the document is not that of the issuer, lacks what is needed, or
// leads to plain http from an issuer that is not at http itself.
core::Result<Endpoints> ReadDiscovery(const std::string& issuer, std::string_view document);

class Provider {
 public:
  struct Pace {
    std::chrono::milliseconds every = std::chrono::hours(1);
    std::chrono::milliseconds after_failure = std::chrono::seconds(10);
  };
  // PROVIDER_UNUSABLE when what it says is wrong. One that does not answer is asked again.
  static core::Result<std::unique_ptr<Provider>> Open(const std::string& issuer, const Pace& pace);
  // Stops a read that is under way.
  ~Provider();

  // What there is to sign in with.
  struct Known {
    Endpoints endpoints;
    std::shared_ptr<platform::KeySource> keys;
  };
  // Null while the provider has not answered yet.
  std::shared_ptr<const Known> known() const;
  const std::string& issuer() const { return issuer_; }
  const platform::HttpClient& client() const { return client_; }

 private:
  Provider(std::string issuer, const Pace& pace);
  // PROVIDER_UNAVAILABLE or PROVIDER_UNUSABLE.
  core::Result<void> Read();
  core::Result<std::string> Fetch() const;
  bool IsStopping() const;
  void Run();

  const std::string issuer_;
  const Pace pace_;
  platform::Transfers transfers_;
  const platform::HttpClient client_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::shared_ptr<const Known> known_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace throughline::gateway::sign_in
