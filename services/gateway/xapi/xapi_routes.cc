#include "gateway/xapi/xapi_routes.h"

#include <uuid/uuid.h>

#include <chrono>

#include "gateway/intake/push.h"
#include "gateway/xapi/statements.h"

namespace throughline::gateway::xapi {

namespace {

using Read = tl::expected<Batch, Problems> (*)(const Request&, const SourceSettings&);
using ToAnswer = Answer (*)(const Request&, const Batch&, const std::vector<ItemOutcome>&);

core::Instant Now() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

// Every answer says the version, and until when what was taken can be seen: at once.
http::Response Finished(Answer answer, core::Instant now) {
  answer.headers.emplace_back("X-Experience-API-Consistent-Through", core::FormatInstant(now));
  return ToResponse(std::move(answer));
}

http::Response Refused(const core::Error& error) {
  http::Response response = ToResponse(error);
  for (auto& header : About().headers) response.headers.push_back(std::move(header));
  return response;
}

// The caller's own id of the request; where there is none, no other request is like this one.
std::string OccasionOf(const Caller& caller, const std::string& request_id) {
  if (!request_id.empty()) {
    const std::string who = caller.principal == nullptr ? "" : caller.principal->subject;
    return caller.district + "/" + std::to_string(who.size()) + "/" + who + "/" + request_id;
  }
  uuid_t bytes;
  uuid_generate_random(bytes);
  char text[37];
  uuid_unparse_lower(bytes, text);
  return text;
}

Request RequestOf(const http::Request& request, std::string_view body, std::string_view media_type,
                  std::string_view occasion) {
  return {request.Header("x-experience-api-version"), media_type, request.query, body, occasion};
}

http::Task<http::Response> Serve(http::Exchange& exchange, const Caller& caller, UnaryCalls& calls,
                                 const DeclaredSources& sources, Read read, ToAnswer to_answer) {
  const core::Instant now = Now();
  const core::Result<std::string> body = co_await http::ReadAll(exchange, kPushBytesAtMost);
  const std::string media_type = exchange.request().MediaType();
  const std::string_view text = body ? std::string_view(*body) : std::string_view();
  const std::string request_id = RequestIdOf(exchange);
  const std::string occasion = OccasionOf(caller, request_id);
  const Request request = RequestOf(exchange.request(), text, media_type, occasion);
  if (!body) co_return Finished(AnswerTo(request, Problems{{std::nullopt, body.error()}}), now);
  const core::Result<SourceSettings> settings =
      co_await SettingsOf(exchange, caller, calls, sources, "xapi");
  if (!settings) co_return Refused(settings.error());
  const tl::expected<Batch, Problems> batch = read(request, *settings);
  if (!batch) co_return Finished(AnswerTo(request, batch.error()), now);
  const core::Result<std::vector<ItemOutcome>> outcomes =
      co_await Push(calls, caller, batch->understood.pushed, request_id);
  if (!outcomes) co_return Refused(outcomes.error());
  co_return Finished(to_answer(request, *batch, *outcomes), now);
}

http::Task<http::Response> ServeAbout(http::Exchange&) { co_return ToResponse(About()); }

}  // namespace

void AddXapiRoutes(const SourceContext& context) {
  const auto add = [&](const char* method, const std::string& path, Read read, ToAnswer answer) {
    const auto serve = [&calls = context.calls, &sources = context.sources, read, answer](
                           http::Exchange& exchange, const Caller& caller) {
      return Serve(exchange, caller, calls, sources, read, answer);
    };
    context.routes.Add(method, path, context.guard.Protect(Refused, serve, OfWhoPushes()));
  };
  for (const std::string base : {"/xapi", "/xapi/{source}"}) {
    add("POST", base + "/statements", ReadPost, AnswerToPost);
    add("PUT", base + "/statements", ReadPut, AnswerToPut);
    context.routes.Add("GET", base + "/about", ServeAbout);
  }
}

}  // namespace throughline::gateway::xapi
