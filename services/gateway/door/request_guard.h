// How a route of the gateway is guarded: who calls is found out before anything else, how much a
// caller may ask is bounded, and a refusal has the form of the endpoint's own standard.
//
// The gateway decides no more than that: whether a call is allowed, and what is about whom, the
// services decide by the credential, which goes with every call.
#pragma once

#include <google/protobuf/descriptor.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "core/result.h"
#include "gateway/door/calls.h"
#include "gateway/door/sessions.h"
#include "gateway/door/throttle.h"
#include "platform/access/access.h"
#include "platform/http/exchange.h"

namespace throughline::gateway {

namespace http = platform::http;

struct Caller {
  platform::PrincipalPtr principal;
  // The header as it came, or what a session stands for; empty where nobody needs one.
  std::string authorization;
  // Of the credential; in an open installation what the header `Throughline-District` says, and
  // empty when there is none.
  std::string district;
  OnBehalfOf client = {};
  SessionPtr session = nullptr;  // whose cookie was the credential; null: it came in the header
};

// An error as an answer of the endpoint.
using Refusal = std::function<http::Response(const core::Error&)>;
using GuardedHandler = std::function<http::Task<http::Response>(http::Exchange&, const Caller&)>;

// The refusal as 429, with the seconds after which it is worth asking again.
http::Response ComeBackAfter(std::chrono::seconds wait, http::Response refusal);

// The caller's idempotency key, under which a request may be sent again; empty when there is none.
std::string RequestIdOf(const http::Exchange& exchange);

// CREDENTIAL_… of platform/access; of an open installation HOST_REFUSED or DISTRICT_INVALID.
core::Result<Caller> Identify(const platform::Access& access, const http::Request& request);

// What the audit trail says of where a request comes from; without `method` it is of the route.
platform::CallOrigin OriginOf(const http::Request& request, const std::string& method = {});

// NOT_ALLOWED when the caller's role may not call the method at all, so that no large body is
// accepted from a caller who may not send it. The service decides once it has the request.
core::Result<void> CheckRole(const Caller& caller,
                             const google::protobuf::MethodDescriptor& method);

// Of an address the part that one client has to itself: of IPv6 the network (/64), as any machine
// in it may take as many addresses as it likes.
std::string ClientAddress(const std::string& peer);

struct GuardTerms {
  // Requests for which it is true need no credential: then the caller is nobody, and all clients of
  // one address share the limits of one caller.
  std::function<bool(const http::Request&)> anybody_may = nullptr;
  // Full name of a method that the caller has to be allowed to call; empty: none.
  std::string method = {};
  // What a request calls, for the audit trail; null or empty: that method, or the route's pattern.
  std::function<std::string(const http::Request&)> call_of = nullptr;
};

// Thread-safe; must outlive the routes that it guards.
class RequestGuard {
 public:
  // `sessions` whose cookies are credentials; null: there are none. They outlive this. `own` is the
  // origin of the pages that may use them (PublicAddress); empty: the host that is called.
  RequestGuard(const platform::Access& access, ThrottleOptions limits,
               const Sessions* sessions = nullptr, std::string own = {})
      : access_(access),
        sessions_(sessions),
        own_(std::move(own)),
        callers_(limits),
        strangers_(limits) {}

  // In this order: that no page of another site asks (where nobody needs a credential, or it is a
  // cookie), who calls, whether they ask too often, whether their role may. Only then is a body
  // read, and unpacked when it comes as gzip (content_encoding.h).
  http::Handler Protect(Refusal refuse, GuardedHandler handler, GuardTerms terms = {});
  // Puts a refusal of access by the gateway itself on record; what a service refuses it puts there.
  // `caller` is null where nobody was recognized; `method` is what was called, empty: the route's
  // pattern.
  void NoteRefusal(const http::Request& request, const Caller* caller, const std::string& method,
                   const core::Error& error) const;
  // A request that stands for several counts as so many: takes what is missing of them. Zero: go
  // ahead; else how long it takes until there is room.
  std::chrono::milliseconds AskForMore(const http::Request& request, const Caller& caller,
                                       size_t more);
  // Whether the caller's credential has expired, or the session has ended: what goes on for long
  // asks now and then.
  bool IsOver(const Caller& caller) const;
  // Whether a request says who makes it, rightly or not.
  bool SaysWhoCalls(const http::Request& request) const;

 private:
  struct Refused {
    core::Error error;
    int status = 0;  // 0: that of the error
    std::chrono::milliseconds wait = {};
  };
  std::chrono::milliseconds Throttled(const http::Request& request, const Caller& caller);
  bool CountsByCookie(const http::Request& request) const;
  core::Result<Caller> KnowBySession(const http::Request& request) const;
  core::Result<Caller> Know(const http::Request& request, const GuardTerms& terms) const;
  std::optional<Refused> Check(const http::Request& request, const core::Result<Caller>& caller,
                               const google::protobuf::MethodDescriptor* method);

  const platform::Access& access_;
  const Sessions* const sessions_;
  const std::string own_;
  Throttle callers_;
  Throttle strangers_;  // by address; however many come, no caller is forgotten for them
};

}  // namespace throughline::gateway
