// How a route of the gateway is guarded: who calls is found out before anything else, how much a
// caller may ask is bounded, and a refusal is told in the words of the door's own standard.
//
// The gateway decides no more than that: whether a call is allowed, and what is about whom, the
// services judge by the credential, which goes with every call.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "core/result.h"
#include "gateway/throttle.h"
#include "runtime/access/access.h"
#include "runtime/http/exchange.h"

namespace throughline::gateway {

namespace http = runtime::http;

struct Caller {
  runtime::PrincipalPtr principal;
  std::string authorization;  // the header as it came; empty where nobody needs one
  // Of the credential; in an open installation what the header `Throughline-District` says, and
  // empty when there is none.
  std::string district;
};

// An error as an answer of the door.
using Refusal = std::function<http::Response(const core::Error&)>;
using DoorHandler = std::function<http::Task<http::Response>(http::Exchange&, const Caller&)>;

// The refusal as 429, with the seconds after which it is worth asking again.
http::Response ComeBackAfter(std::chrono::seconds wait, http::Response refusal);

// So that a request may be sent again with the same key; empty when the caller says none.
std::string RequestIdOf(const http::Exchange& exchange);

// CREDENTIAL_… of runtime/access, or DISTRICT_INVALID.
core::Result<Caller> Identify(const runtime::Access& access, const http::Request& request);

// Thread-safe; must outlive the routes that it guards.
class Doorkeeper {
 public:
  Doorkeeper(const runtime::Access& access, ThrottleOptions limits)
      : access_(access), throttle_(limits) {}

  // What `anybody_may` needs no credential: then the caller is nobody, and whoever asks from one
  // address shares in what one caller may ask.
  using AnybodyMay = std::function<bool(const http::Request&)>;
  http::Handler Guard(Refusal refuse, DoorHandler handler, AnybodyMay anybody_may = nullptr);
  // Whether the caller's credential has expired: what goes on for long asks now and then.
  bool IsOver(const Caller& caller) const;

 private:
  const runtime::Access& access_;
  Throttle throttle_;
};

}  // namespace throughline::gateway
