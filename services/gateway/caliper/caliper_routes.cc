#include "gateway/caliper/caliper_routes.h"

#include "gateway/caliper/envelope.h"
#include "gateway/intake/push.h"

namespace throughline::gateway::caliper {

namespace {

// The specification knows no 403: what a credential does not allow is 401.
http::Response Refused(const core::Error& error) {
  http::Response response = ToResponse(error);
  if (response.status == 403) response.status = 401;
  return response;
}

http::Task<http::Response> Serve(http::Exchange& exchange, const Caller& caller, UnaryCalls& calls,
                                 const DeclaredSources& sources) {
  const core::Result<void> asked = CheckQuery(exchange.request(), {});
  if (!asked) co_return Refused(asked.error());
  const core::Result<void> fits = CheckMediaType(exchange.request().MediaType());
  if (!fits) co_return ToResponse(AnswerTo(fits.error()));
  const core::Result<std::string> body = co_await http::ReadAll(exchange, kPushBytesAtMost);
  if (!body) co_return ToResponse(AnswerTo(body.error()));
  const core::Result<SourceSettings> settings =
      co_await SettingsOf(exchange, caller, calls, sources, "caliper");
  if (!settings) co_return Refused(settings.error());
  const core::Result<Understood> understood = ReadEnvelope(*body, *settings);
  if (!understood) co_return ToResponse(AnswerTo(understood.error()));
  const std::string request_id = RequestIdOf(exchange);
  const core::Result<std::vector<ItemOutcome>> outcomes =
      co_await Push(calls, caller, understood->pushed, request_id);
  if (!outcomes) co_return Refused(outcomes.error());
  co_return ToResponse(AnswerTo(*understood, *outcomes));
}

http::Task<http::Response> Configure(http::Exchange&, const Caller&) {
  co_return ToResponse(Configuration(kPushBytesAtMost));
}

}  // namespace

void AddCaliperRoutes(const SourceContext& context) {
  const auto serve = [&calls = context.calls, &sources = context.sources](http::Exchange& exchange,
                                                                          const Caller& caller) {
    return Serve(exchange, caller, calls, sources);
  };
  for (const char* path : {"/caliper", "/caliper/{source}"}) {
    context.routes.Add("POST", path, context.guard.Protect(Refused, serve, OfWhoPushes()));
    context.routes.Add("GET", path, context.guard.Protect(Refused, Configure, OfWhoPushes()));
  }
}

}  // namespace throughline::gateway::caliper
