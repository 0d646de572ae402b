#include "gateway/api/api_routes.h"

#include <fmt/format.h>

#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "gateway/api/api.h"
#include "gateway/api/errors.h"
#include "gateway/api/openapi.h"
#include "gateway/door/ask.h"
#include "gateway/door/errors.h"
#include "gateway/door/start_all.h"
#include "gateway/json/json_reader.h"
#include "platform/grpc/server.h"

namespace throughline::gateway {

namespace {

constexpr size_t kBodyAtMost = 8 << 20;
constexpr size_t kReadsBodyAtMost = 256 << 10;
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

// The paths of a body {"reads": [path, …]}.
core::Result<std::vector<std::string>> TargetsOf(const std::string& body) {
  const auto json = ReadJson(body);
  if (!json) return core::Refuse(json.error());
  const Json* reads = Member(*json, "reads");
  if (reads == nullptr || !reads->is_array() || reads->empty() || reads->size() > kReadsAtMost) {
    return core::Refuse(
        FieldInvalid("reads", fmt::format("a list of 1 to {} paths", kReadsAtMost)));
  }
  std::vector<std::string> targets;
  for (const Json& one : *reads) {
    const std::string field = fmt::format("reads[{}]", targets.size());
    if (!one.is_string()) return core::Refuse(FieldInvalid(field, "a path"));
    targets.push_back(one.get<std::string>());
    if (!targets.back().starts_with("/v1/")) {
      return core::Refuse(FieldInvalid(field, "a path below /v1/"));
    }
  }
  return targets;
}

// Each body is JSON already.
http::Response Together(const std::vector<http::Response>& answers) {
  std::string json = R"({"answers":[)";
  for (const http::Response& one : answers) {
    if (!json.ends_with('[')) json += ',';
    json += fmt::format(R"({{"status":{},"body":)", one.status) + one.body + '}';
  }
  return JsonAnswer(json + "]}");
}

class ApiHandler {
 public:
  ApiHandler(Api api, RequestGuard& guard, UnaryCalls& calls)
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
    const tl::expected<Prepared, http::Response> call = Prepare(exchange.request(), *body, caller);
    if (!call) co_return call.error();
    const UnaryAnswer answer = co_await Start(calls_, call->call);
    co_return Answered(*call, answer);
  }

  http::Task<http::Response> ServeReads(http::Exchange& exchange, const Caller& caller) const {
    const core::Result<std::string> body = co_await http::ReadAll(exchange, kReadsBodyAtMost);
    if (!body) co_return RefusalOf(body.error());
    const core::Result<std::vector<std::string>> targets = TargetsOf(*body);
    if (!targets) co_return RefusalOf(targets.error());
    const auto wait = guard_.AskForMore(exchange.request(), caller, targets->size() - 1);
    if (wait.count() > 0) {
      co_return ComeBackAfter(std::chrono::ceil<std::chrono::seconds>(wait),
                              ErrorAnswer(TooManyRequests()));
    }
    std::vector<http::Response> answers(targets->size());
    std::vector<std::pair<size_t, Prepared>> prepared;
    for (size_t i = 0; i < targets->size(); ++i) {
      auto call = PrepareRead(exchange.request(), (*targets)[i], caller);
      if (call) {
        prepared.emplace_back(i, *std::move(call));
      } else {
        answers[i] = std::move(call.error());
      }
    }
    std::vector<UnaryCall> calls;
    for (const auto& [i, one] : prepared) calls.push_back(one.call);
    const std::vector<UnaryAnswer> answered = co_await StartAll(calls_, std::move(calls));
    for (size_t i = 0; i < prepared.size(); ++i) {
      answers[prepared[i].first] = Answered(prepared[i].second, answered[i]);
    }
    co_return Together(answers);
  }

 private:
  struct Prepared {
    const google::protobuf::MethodDescriptor* method = nullptr;
    UnaryCall call;
  };

  // The call to make, or what to answer without one.
  tl::expected<Prepared, http::Response> Prepare(const http::Request& request,
                                                 const std::string& body,
                                                 const Caller& caller) const {
    const Asked asked = AskedOf(request, body, caller);
    const tl::expected<MethodCall, http::Response> read = api_.Read(asked);
    if (!read) {
      NoteRefused(caller, request, read.error());
      return tl::make_unexpected(read.error());
    }
    if (read->method->server_streaming()) return tl::make_unexpected(RefusalOf(NotAStream()));
    Prepared prepared{read->method, CallOf(*read, caller)};
    // gRPC would refuse it with the code of what may be tried again, and always will.
    if (prepared.call.request.size() > static_cast<size_t>(platform::kLargestRequest)) {
      return tl::make_unexpected(
          ErrorAnswer(RequestTooLarge(platform::kLargestRequest), kPayloadTooLarge));
    }
    return prepared;
  }
  // One of several reads, as if it had come by itself.
  tl::expected<Prepared, http::Response> PrepareRead(http::Request request,
                                                     const std::string& target,
                                                     const Caller& caller) const {
    request.method = "GET";
    request.target = target;
    request.query.clear();
    if (!http::ReadTarget(request)) return tl::make_unexpected(RefusalOf(PathInvalid()));
    if (auto may = CheckRoleFor(caller, request); !may) {
      return tl::make_unexpected(Refused(caller, request, may.error()));
    }
    return Prepare(request, "", caller);
  }
  http::Response Answered(const Prepared& call, const UnaryAnswer& answer) const {
    if (!answer.status.ok()) return RefusalOf(platform::FromStatus(answer.status));
    return api_.Answer(*call.method, answer.response);
  }
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
  RequestGuard& guard_;
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
  routes.Add("POST", "/v1/reads:batch",
             guard.Protect(RefusalOf, [handler](http::Exchange& exchange, const Caller& caller) {
               return handler->ServeReads(exchange, caller);
             }));
  routes.Add("GET", "/v1/openapi.json",
             [](http::Exchange&) -> http::Task<http::Response> { co_return Document(); });
}

}  // namespace throughline::gateway
