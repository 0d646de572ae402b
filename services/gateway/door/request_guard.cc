#include "gateway/door/request_guard.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>

#include "core/ids.h"
#include "gateway/door/content_encoding.h"
#include "gateway/door/cross_site.h"
#include "gateway/door/errors.h"
#include "gateway/door/public_address.h"
#include "platform/access/errors.h"
#include "throughline/common/v1/access.pb.h"

namespace throughline::gateway {

namespace {

// Issuers name their subjects each for its district. Callers of an open installation are
// distinguished by what they say of their district only.
std::string NameOf(const Caller& caller) {
  return caller.district + "/" + caller.principal->subject;
}

http::Response Answered(const Refusal& refuse, const core::Error& error, int status,
                        std::chrono::milliseconds wait) {
  http::Response refusal = refuse(error);
  if (status != 0) refusal.status = status;
  if (wait.count() == 0) return refusal;
  return ComeBackAfter(std::chrono::ceil<std::chrono::seconds>(wait), std::move(refusal));
}

OnBehalfOf ClientOf(const http::Request& request) {
  return {request.peer, std::string(request.Header("traceparent"))};
}

// As the services write it; empty when there is none.
std::string SlashedName(const google::protobuf::MethodDescriptor* method) {
  return method == nullptr ? "" : method->service()->full_name() + '/' + method->name();
}

core::Result<Caller> IdentifyBy(const platform::Access& access, const http::Request& request,
                                std::string_view authorization) {
  Caller caller;
  caller.client = ClientOf(request);
  caller.authorization = authorization;
  auto principal = access.Authenticate(caller.authorization);
  if (!principal) return core::Refuse(principal.error());
  caller.principal = std::move(*principal);
  caller.district = caller.principal->district;
  return caller;
}

// With what would be understood (RFC 9110, 15.5.16).
http::Response EncodingRefused(const Refusal& refuse, const core::Error& error) {
  http::Response refusal = Answered(refuse, error, 415, {});
  refusal.headers.emplace_back("Accept-Encoding", "gzip");
  return refusal;
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

core::Result<Caller> Identify(const platform::Access& access, const http::Request& request) {
  if (!access.open()) return IdentifyBy(access, request, request.Header("authorization"));
  if (!IsThisMachine(request.Header("host"))) return core::Refuse(HostRefused());
  Caller caller;
  caller.client = ClientOf(request);
  caller.principal = platform::Access::Everybody();
  caller.district = request.Header("throughline-district");
  if (!caller.district.empty() && !core::IsId(caller.district)) {
    return core::Refuse(DistrictInvalid());
  }
  return caller;
}

platform::CallOrigin OriginOf(const http::Request& request, const std::string& method) {
  return {.method = method.empty() ? request.route : method,
          .address = request.peer,
          .trace_id = platform::TraceIdOf(request.Header("traceparent"))};
}

void RequestGuard::NoteRefusal(const http::Request& request, const Caller* caller,
                               const std::string& method, const core::Error& error) const {
  const platform::Principal* who = caller == nullptr ? nullptr : caller->principal.get();
  platform::NoteRefusal(access_.audit(), who, OriginOf(request, method), error);
}

bool RequestGuard::IsOver(const Caller& caller) const {
  if (access_.open()) return false;
  if (caller.session != nullptr && sessions_->IsOver(*caller.session)) return true;
  return access_.IsOver(*caller.principal);
}

bool RequestGuard::SaysWhoCalls(const http::Request& request) const {
  return !request.Header("authorization").empty() || CountsByCookie(request);
}

// A header that says who calls says it before any cookie.
bool RequestGuard::CountsByCookie(const http::Request& request) const {
  return sessions_ != nullptr && !access_.open() && request.Header("authorization").empty() &&
         sessions_->HasCookie(request);
}

core::Result<Caller> RequestGuard::KnowBySession(const http::Request& request) const {
  if (auto own = CheckOwnPage(request, own_); !own) return core::Refuse(own.error());
  auto session = sessions_->Open(request);
  if (!session) return core::Refuse(session.error());
  auto caller = IdentifyBy(access_, request, (*session)->authorization);
  if (!caller) return core::Refuse(SessionOver());
  caller->session = *std::move(session);
  return caller;
}

core::Result<void> CheckRole(const Caller& caller,
                             const google::protobuf::MethodDescriptor& method) {
  if (caller.principal == nullptr || caller.authorization.empty()) return {};
  const auto& allowed = method.options().GetExtension(common::v1::allowed);
  const auto& roles = allowed.roles();
  const auto named = std::find(roles.begin(), roles.end(), caller.principal->role);
  if (allowed.anybody() || named != roles.end()) return {};
  return core::Refuse(platform::NotAllowed(platform::RolesOf(allowed)));
}

std::string ClientAddress(const std::string& peer) {
  in6_addr address;
  if (inet_pton(AF_INET6, peer.c_str(), &address) != 1) return peer;
  char text[INET6_ADDRSTRLEN] = {};
  // One of IPv4 in the clothes of IPv6 is one client by itself.
  if (IN6_IS_ADDR_V4MAPPED(&address)) {
    inet_ntop(AF_INET, &address.s6_addr[12], text, sizeof text);
    return text;
  }
  std::fill(address.s6_addr + 8, address.s6_addr + 16, 0);
  inet_ntop(AF_INET6, &address, text, sizeof text);
  return std::string(text) + "/64";
}

core::Result<Caller> RequestGuard::Know(const http::Request& request,
                                        const GuardTerms& terms) const {
  if (!access_.open() && terms.anybody_may && terms.anybody_may(request)) {
    Caller nobody;
    nobody.client = ClientOf(request);
    return nobody;
  }
  if (access_.open()) {
    if (auto own = CheckSite(request); !own) return core::Refuse(own.error());
  }
  if (CountsByCookie(request)) return KnowBySession(request);
  return Identify(access_, request);
}

std::chrono::milliseconds RequestGuard::Throttled(const http::Request& request,
                                                  const Caller& caller) {
  const auto now = std::chrono::steady_clock::now();
  return caller.principal == nullptr ? strangers_.Ask(ClientAddress(request.peer), now)
                                     : callers_.Ask(NameOf(caller), now);
}

std::chrono::milliseconds RequestGuard::AskForMore(const http::Request& request,
                                                   const Caller& caller, size_t more) {
  std::chrono::milliseconds wait(0);
  for (size_t i = 0; i < more && wait.count() == 0; ++i) wait = Throttled(request, caller);
  return wait;
}

std::optional<RequestGuard::Refused> RequestGuard::Check(
    const http::Request& request, const core::Result<Caller>& caller,
    const google::protobuf::MethodDescriptor* method) {
  if (!caller) {
    // Some standards have their own answer for callers without permission; a page gets a plain one.
    const bool page = caller.error().reason == CrossSiteRefused("").reason;
    return Refused{.error = caller.error(), .status = page ? 403 : 0};
  }
  if (access_.open() || caller->session != nullptr) {
    if (auto typed = CheckContentType(request); !typed) {
      return Refused{.error = typed.error(), .status = 415};
    }
  }
  const auto wait = Throttled(request, *caller);
  if (wait.count() > 0) return Refused{.error = TooManyRequests(), .wait = wait};
  if (method == nullptr) return std::nullopt;
  if (auto may = CheckRole(*caller, *method); !may) return Refused{.error = may.error()};
  return std::nullopt;
}

http::Handler RequestGuard::Protect(Refusal refuse, GuardedHandler handler, GuardTerms terms) {
  // Null where the method is not linked in: then only its service knows.
  const google::protobuf::MethodDescriptor* method =
      google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(terms.method);
  return [this, refuse = std::move(refuse), handler = std::move(handler), terms = std::move(terms),
          method](http::Exchange& exchange) -> http::Task<http::Response> {
    const http::Request& request = exchange.request();
    const core::Result<Caller> caller = Know(request, terms);
    const std::string call = terms.call_of ? terms.call_of(request) : SlashedName(method);
    if (caller && caller->principal) {
      access_.NoteSignIn(*caller->principal, OriginOf(request, call));
    }
    if (const auto refused = Check(request, caller, method)) {
      NoteRefusal(request, caller ? &*caller : nullptr, call, refused->error);
      co_return Answered(refuse, refused->error, refused->status, refused->wait);
    }
    const core::Result<bool> gzip = IsGzip(request);
    if (!gzip) co_return EncodingRefused(refuse, gzip.error());
    if (!*gzip) co_return co_await handler(exchange, *caller);
    Unpacked unpacked(exchange);
    co_return co_await handler(unpacked, *caller);
  };
}

}  // namespace throughline::gateway
