#include "gateway/cloudevents/cloudevents_routes.h"

#include "gateway/cloudevents/events.h"
#include "gateway/intake/push.h"

namespace throughline::gateway::cloudevents {

namespace {

http::Response Refused(const core::Error& error) { return ToResponse(error); }

Request RequestOf(const http::Request& request, std::string_view media_type,
                  std::string_view body) {
  return {media_type, request.headers, body};
}

http::Task<http::Response> Serve(http::Exchange& exchange, const Caller& caller,
                                 UnaryCalls& calls) {
  const core::Result<void> asked = CheckQuery(exchange.request(), {});
  if (!asked) co_return Refused(asked.error());
  const core::Result<std::string> body = co_await http::ReadAll(exchange, kPushBytesAtMost);
  if (!body) co_return ToResponse(AnswerTo(body.error()));
  const core::Result<std::string> source = SourceOf(exchange, caller, "cloudevents");
  if (!source) co_return Refused(source.error());
  const std::string media_type = exchange.request().MediaType();
  const core::Result<Events> events =
      ReadEvents(RequestOf(exchange.request(), media_type, *body), *source);
  if (!events) co_return ToResponse(AnswerTo(events.error()));
  const std::string request_id = RequestIdOf(exchange);
  const core::Result<std::vector<ItemOutcome>> outcomes =
      co_await Push(calls, caller, events->understood.pushed, request_id);
  if (!outcomes) co_return Refused(outcomes.error());
  co_return ToResponse(AnswerTo(*events, *outcomes));
}

}  // namespace

void AddCloudEventsRoutes(const SourceContext& context) {
  const auto serve = [&calls = context.calls](http::Exchange& exchange, const Caller& caller) {
    return Serve(exchange, caller, calls);
  };
  for (const char* path : {"/cloudevents", "/cloudevents/{source}"}) {
    context.routes.Add("POST", path, context.guard.Protect(Refused, serve, OfWhoPushes()));
  }
}

}  // namespace throughline::gateway::cloudevents
