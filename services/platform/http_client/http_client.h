// Posts to addresses that others have given, and gets: by https only unless configured otherwise,
// to the public internet only unless configured otherwise, following no redirect, going by no
// proxy, reading little of the answer, and giving up at a deadline. Thread-safe.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "platform/http_client/address_rules.h"
#include "platform/http_client/transfers.h"

namespace throughline::platform {

struct HttpPost {
  std::string url;
  std::vector<std::string> headers;  // "name: value"
  std::string body;
  std::chrono::milliseconds deadline{15000};
};

struct HttpGet {
  std::string url;
  std::vector<std::string> headers;  // "name: value"
  std::chrono::milliseconds deadline{15000};
};

struct HttpOutcome {
  enum class Failure {
    kNone,         // there is an answer: `status`
    kForbidden,    // the address may not be connected to
    kTimedOut,     // the deadline has passed
    kUnreachable,  // no connection, or none that can be trusted
    kStopped,      // this process ends; nothing is known
  };
  Failure failure = Failure::kNone;
  int status = 0;
  int64_t retry_after_s = 0;  // what the answer asks for; 0: nothing
  std::string detail;         // in a sentence, when there is no answer
  // Of the answer, 64 KiB at most; empty when it is larger, or did not come whole.
  std::string body = {};
};

struct HttpRules {
  AddressRules addresses;
  bool plain_http = false;  // http is allowed, too
  std::string ca_file;      // PEM; empty: the authorities that the machine trusts
};

class HttpClient {
 public:
  // `transfers` must outlive this, and this the transfers that it started.
  HttpClient(Transfers& transfers, HttpRules rules)
      : transfers_(transfers), rules_(std::move(rules)) {}

  // `done` is called once, on the thread of the transfers.
  void Post(HttpPost post, std::function<void(HttpOutcome)> done) const;
  void Get(HttpGet get, std::function<void(HttpOutcome)> done) const;

 private:
  void Start(HttpPost asked, bool posts, std::function<void(HttpOutcome)> done) const;

  Transfers& transfers_;
  const HttpRules rules_;
};

// "https://host:port" of an address, the port always there; empty when it is none.
std::string EndpointOf(const std::string& url);

}  // namespace throughline::platform
