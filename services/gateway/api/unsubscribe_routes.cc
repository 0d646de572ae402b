#include "gateway/api/unsubscribe_routes.h"

#include "gateway/api/answers.h"
#include "gateway/door/ask.h"
#include "throughline/notifications/v1/notifications_service.pb.h"

namespace throughline::gateway {

namespace v1 = notifications::v1;

namespace {

constexpr std::string_view kMethod =
    "throughline.notifications.v1.NotificationsService.Unsubscribe";

http::Response Page(int status, const std::string& content) {
  return {status,
          {{"Content-Type", "text/html; charset=utf-8"},
           {"Content-Security-Policy", "default-src 'none'; form-action 'self'"},
           {"Referrer-Policy", "no-referrer"},
           {"Cache-Control", "no-store"}},
          "<!doctype html><html lang=\"en\"><title>Throughline</title>" + content + "</html>\n"};
}

http::Response Question() {
  // Posts to the address of the page itself, with its token.
  return Page(200,
              "<p>End this digest?</p>"
              "<form method=\"post\"><button>End it</button></form>");
}

http::Response Answered(const core::Result<v1::UnsubscribeResponse>& done) {
  if (done) return Page(200, "<p>You will get no more of these digests.</p>");
  if (done.error().code == core::Code::kUnavailable) {
    return Page(503, "<p>That did not work now. Please try again in a minute.</p>");
  }
  return Page(HttpStatusOf(done.error().code), "<p>This link is not good (any more).</p>");
}

http::Task<http::Response> Unsubscribe(http::Exchange& exchange, UnaryCalls& calls) {
  v1::UnsubscribeRequest request;
  request.set_token(exchange.request().Query("token").value_or(""));
  const Caller nobody;
  const core::Result<v1::UnsubscribeResponse> done =
      co_await Ask<v1::UnsubscribeResponse>(calls, nobody, kMethod, request);
  co_return Answered(done);
}

}  // namespace

void AddUnsubscribeRoutes(http::Routes& routes, UnaryCalls& calls) {
  routes.Add("GET", "/unsubscribe",
             [](http::Exchange&) -> http::Task<http::Response> { co_return Question(); });
  routes.Add("POST", "/unsubscribe",
             [&calls](http::Exchange& exchange) { return Unsubscribe(exchange, calls); });
}

}  // namespace throughline::gateway
