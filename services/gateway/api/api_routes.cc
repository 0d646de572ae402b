#include "gateway/api/api_routes.h"

#include <cstdlib>

#include "gateway/api/api.h"
#include "gateway/api/errors.h"
#include "gateway/api/openapi.h"
#include "gateway/door/ask.h"
#include "platform/grpc/server.h"

namespace throughline::gateway {

namespace {

constexpr size_t kBodyAtMost = 8 << 20;
constexpr int kForbidden = 403;
constexpr int kPayloadTooLarge = 413;

http::Response RefusalOf(const core::Error& error) { return ErrorAnswer(error); }

// The same for everybody, until another version is installed.
http::Response Document() {
  return {.headers = {{"Content-Type", "application/json"}, {"Cache-Control", "no-cache"}},
          .body = std::string(OpenApiDocument())};
}

// What the request asks for; it looks into its arguments, which must outlive it.
Asked AskedOf(const http::Request& request, const std::string& body, const Caller& caller) {
  const std::string_view target = request.target;
  return {.verb = request.method == "HEAD" ? "GET" : std::string_view(request.method),
          .path = target.substr(0, target.find_first_of("?#")),
          .query = request.query,
          .content_type = request.Header("content-type"),
          .body = body,
          .idempotency_key = request.Header("idempotency-key"),
          .district = caller.district};
}

UnaryCall CallOf(const MethodCall& call, const Caller& caller) {
  return {.method = call.method->full_name(),
          .request = call.request->SerializeAsString(),
          .authorization = caller.authorization,
          .deadline = std::chrono::system_clock::now() + kAnswerWithin,
          .client = caller.client};
}

class ApiHandler {
 public:
  ApiHandler(Api api, const RequestGuard& guard, UnaryCalls& calls)
      : api_(std::move(api)), guard_(guard), calls_(calls) {}

  bool AnybodyMay(const http::Request& request) const {
    const Route* route = RouteOf(request);
    return route != nullptr && route->anybody;
  }
  // Full name of the method that is called; empty: there is none.
  std::string NameOfCall(const http::Request& request) const {
    const Route* route = RouteOf(request);
    if (route == nullptr) return "";
    return route->method->service()->full_name() + '/' + route->method->name();
  }

  http::Task<http::Response> Serve(http::Exchange& exchange, const Caller& caller) const {
    if (auto may = CheckRoleFor(caller, exchange.request()); !may) {
      co_return Refused(caller, exchange.request(), may.error());
    }
    const core::Result<std::string> body = co_await http::ReadAll(exchange, kBodyAtMost);
    if (!body) co_return RefusalOf(body.error());
    const Asked asked = AskedOf(exchange.request(), *body, caller);
    const tl::expected<MethodCall, http::Response> read = api_.Read(asked);
    if (!read) {
      NoteRefused(caller, exchange.request(), read.error());
      co_return read.error();
    }
    if (read->method->server_streaming()) co_return RefusalOf(NotAStream());
    const UnaryCall call = CallOf(*read, caller);
    // gRPC would refuse it with the code of what may be tried again, and always will.
    if (call.request.size() > static_cast<size_t>(platform::kLargestRequest)) {
      co_return ErrorAnswer(RequestTooLarge(platform::kLargestRequest), kPayloadTooLarge);
    }
    const UnaryAnswer answer = co_await Start(calls_, call);
    if (!answer.status.ok()) co_return RefusalOf(platform::FromStatus(answer.status));
    co_return api_.Answer(*read->method, answer.response);
  }

 private:
  http::Response Refused(const Caller& caller, const http::Request& request,
                         const core::Error& error) const {
    guard_.NoteRefusal(request, &caller, NameOfCall(request), error);
    return RefusalOf(error);
  }
  // The one reason for which the request itself is refused access.
  void NoteRefused(const Caller& caller, const http::Request& request,
                   const http::Response& answer) const {
    if (answer.status != kForbidden) return;
    guard_.NoteRefusal(request, &caller, NameOfCall(request), DistrictNotYours("district"));
  }
  // Null: there is none, and what is answered then needs no body either.
  const Route* RouteOf(const http::Request& request) const {
    const std::string_view target = request.target;
    const auto at = api_.routes().Find(request.method == "HEAD" ? "GET" : request.method,
                                       target.substr(0, target.find_first_of("?#")));
    return at ? at->route : nullptr;
  }
  // Before a body is read; the service looks at what it is about.
  core::Result<void> CheckRoleFor(const Caller& caller, const http::Request& request) const {
    const Route* route = RouteOf(request);
    return route == nullptr ? core::Result<void>() : CheckRole(caller, *route->method);
  }

  const Api api_;
  const RequestGuard& guard_;
  UnaryCalls& calls_;
};

}  // namespace

void AddApiRoutes(http::Routes& routes, RequestGuard& guard, UnaryCalls& calls) {
  auto api = Api::Of(PublicServices());
  if (!api) std::abort();  // of what was linked in; a test holds it
  auto handler = std::make_shared<ApiHandler>(*std::move(api), guard, calls);
  for (const char* verb : {"GET", "PUT", "POST", "DELETE", "PATCH"}) {
    routes.Add(verb, "/v1/**",
               guard.Protect(RefusalOf,
                             [handler](http::Exchange& exchange, const Caller& caller) {
                               return handler->Serve(exchange, caller);
                             },
                             {.anybody_may =
                                  [handler](const http::Request& request) {
                                    return handler->AnybodyMay(request);
                                  },
                              .call_of =
                                  [handler](const http::Request& request) {
                                    return handler->NameOfCall(request);
                                  }}));
  }
  routes.Add("GET", "/v1/openapi.json",
             [](http::Exchange&) -> http::Task<http::Response> { co_return Document(); });
}

}  // namespace throughline::gateway
