#include "gateway/door.h"

#include "core/ids.h"
#include "gateway/errors.h"

namespace throughline::gateway {

namespace {

// A page in a browser on this machine may be made to call any address by a name of its own; what
// it cannot do is to call it by the name of this machine.
bool IsThisMachine(std::string_view host) {
  host = host.substr(0, host.starts_with('[') ? host.find(']') + 1 : host.find(':'));
  return host == "localhost" || host == "[::1]" ||
         (host.starts_with("127.") && host.find_first_not_of("0123456789.") == host.npos);
}

// Issuers name their subjects each for its district. Callers of an open installation are told apart
// by what they say of their district only.
std::string NameOf(const Caller& caller, const http::Request& request) {
  if (caller.principal == nullptr) return "@" + request.peer;  // no district is called so
  return caller.district + "/" + caller.principal->subject;
}

}  // namespace

http::Response ComeBackAfter(std::chrono::seconds wait, http::Response refusal) {
  std::erase_if(refusal.headers, [](const auto& header) { return header.first == "Retry-After"; });
  refusal.status = 429;
  refusal.headers.emplace_back("Retry-After", std::to_string(wait.count()));
  return refusal;
}

std::string RequestIdOf(const http::Exchange& exchange) {
  return std::string(exchange.request().Header("idempotency-key"));
}

core::Result<Caller> Identify(const runtime::Access& access, const http::Request& request) {
  Caller caller;
  if (access.open()) {
    if (!IsThisMachine(request.Header("host"))) return core::Refuse(HostRefused());
    caller.principal = runtime::Access::Everybody();
    caller.district = request.Header("throughline-district");
    if (!caller.district.empty() && !core::IsId(caller.district)) {
      return core::Refuse(DistrictInvalid());
    }
    return caller;
  }
  caller.authorization = request.Header("authorization");
  auto principal = access.Authenticate(caller.authorization);
  if (!principal) return core::Refuse(principal.error());
  caller.principal = std::move(*principal);
  caller.district = caller.principal->district;
  return caller;
}

bool Doorkeeper::IsOver(const Caller& caller) const {
  return !access_.open() && access_.IsOver(*caller.principal);
}

http::Handler Doorkeeper::Guard(Refusal refuse, DoorHandler handler, AnybodyMay anybody_may) {
  return [this, refuse = std::move(refuse), handler = std::move(handler),
          anybody_may =
              std::move(anybody_may)](http::Exchange& exchange) -> http::Task<http::Response> {
    const http::Request& request = exchange.request();
    const bool nobody = !access_.open() && anybody_may && anybody_may(request);
    const core::Result<Caller> caller = nobody ? Caller() : Identify(access_, request);
    if (!caller) co_return refuse(caller.error());
    const auto wait = throttle_.Ask(NameOf(*caller, request), std::chrono::steady_clock::now());
    if (wait.count() > 0) {
      const auto seconds = std::chrono::ceil<std::chrono::seconds>(wait);
      co_return ComeBackAfter(seconds, refuse(TooManyRequests()));
    }
    co_return co_await handler(exchange, *caller);
  };
}

}  // namespace throughline::gateway
