#include "gateway/streams/watch_routes.h"

#include <boost/asio/this_coro.hpp>
#include <chrono>

#include "core/ids.h"
#include "gateway/api/answers.h"
#include "gateway/api/json_message.h"
#include "gateway/ask.h"
#include "gateway/streams/sse.h"
#include "gateway/streams/stream_call.h"
#include "throughline/notifications/v1/notifications_service.pb.h"

namespace throughline::gateway {

namespace v1 = notifications::v1;

namespace {

constexpr std::chrono::seconds kHeartbeat(15);
constexpr std::chrono::seconds kLookAround(1);
constexpr int kRetryMs = 2000;
constexpr char kListAlerts[] = "throughline.notifications.v1.NotificationsService.ListAlerts";
constexpr char kService[] = "throughline.notifications.v1.NotificationsService.";

http::Response StreamHead() {
  return {.headers = {{"Content-Type", "text/event-stream; charset=utf-8"},
                      {"Cache-Control", "no-store"},
                      {"X-Accel-Buffering", "no"}}};
}

// How a message of a stream becomes an event.
class AlertFrames {
 public:
  using Request = v1::WatchAlertsRequest;
  static constexpr char kMethod[] = "WatchAlerts";

  std::string FrameOfMessage(const std::string& bytes) const {
    v1::WatchAlertsResponse message;
    if (!message.ParseFromString(bytes)) return "";
    const std::string token = message.token();
    message.clear_token();
    const auto data =
        json_.Write(*v1::WatchAlertsResponse::descriptor(), message.SerializeAsString());
    return data ? FrameOf({.id = token, .event = NameOf(message), .data = *data}) : "";
  }

 private:
  static std::string_view NameOf(const v1::WatchAlertsResponse& message) {
    switch (message.happened_case()) {
      case v1::WatchAlertsResponse::kRaised:
        return "raised";
      case v1::WatchAlertsResponse::kChanged:
        return "changed";
      case v1::WatchAlertsResponse::kResolved:
        return "resolved";
      default:
        return "told";
    }
  }
  JsonWriter json_;
};

class EventFrames {
 public:
  using Request = v1::WatchEventsRequest;
  static constexpr char kMethod[] = "WatchEvents";

  std::string FrameOfMessage(const std::string& bytes) const {
    v1::WatchEventsResponse message;
    if (!message.ParseFromString(bytes)) return "";
    Json data{{"id", message.id()},
              {"type", message.type()},
              {"subject", message.subject()},
              {"timeMs", std::to_string(message.time_ms())},
              {"cause", message.cause()}};
    std::string text = data.dump();
    // The service has written it as JSON already.
    text.back() = ',';
    text += "\"data\":" + (message.json().empty() ? "{}" : message.json()) + "}";
    return FrameOf({.id = message.token(), .event = message.type(), .data = text});
  }
};

bool IsPositionRefusal(const grpc::Status& status) {
  const std::string reason = runtime::FromStatus(status).reason;
  return reason == "TOKEN_INVALID" || reason == "TOKEN_AHEAD";
}

std::string DistrictOf(const http::Request& request, const Caller& caller) {
  if (!caller.district.empty()) return caller.district;
  return request.Query("district").value_or("");
}

template <class Frames>
class Watch {
 public:
  Watch(UnaryCalls& calls, std::shared_ptr<grpc::Channel> channel)
      : calls_(calls), channel_(std::move(channel)) {}

  http::Task<http::Response> Serve(http::Exchange& exchange, const Caller& caller) const {
    typename Frames::Request request;
    request.set_district(DistrictOf(exchange.request(), caller));
    if (!core::IsId(request.district())) co_return ToResponse(DistrictMissing());
    if (!caller.authorization.empty() &&
        exchange.request().Query("district").value_or(caller.district) != caller.district) {
      co_return ToResponse(OtherDistrict());
    }
    request.set_school(exchange.request().Query("school").value_or(""));
    std::string after(exchange.request().Header("last-event-id"));
    if (after.empty()) after = exchange.request().Query("after").value_or("");
    request.set_after(after);
    request.set_only_new(after.empty() && exchange.request().Query("from") != "beginning");
    co_return co_await Stream(exchange, caller, std::move(request));
  }

  static http::Response ToResponse(const core::Error& error) { return ErrorAnswer(error); }

 private:
  static core::Error OtherDistrict() {
    return {core::Code::kPermissionDenied, "NOT_ALLOWED", "The credential does not allow this.",
            "district"};
  }

  http::Task<http::Response> Stream(http::Exchange& exchange, const Caller& caller,
                                    typename Frames::Request request) const {
    const boost::asio::any_io_executor executor = co_await boost::asio::this_coro::executor;
    for (bool reset = false;; reset = true) {
      const StreamCallOptions options{std::string(kService) + Frames::kMethod,
                                      request.SerializeAsString(), caller.authorization};
      StreamCall call(channel_, options, executor);
      const bool open = co_await call.Opened(kAnswerWithin);
      if (call.status() && IsPositionRefusal(*call.status()) && !request.after().empty()) {
        request.clear_after();
        request.set_only_new(true);
        continue;
      }
      if (!open) co_return NotOpened(call);
      if (!co_await Begin(exchange)) co_return http::Response();
      // What is the case is asked for when the stream stands: in between nothing gets lost.
      if (!reset || co_await Reset(exchange, caller, request)) co_await Forward(exchange, call);
      co_return http::Response();
    }
  }

  static http::Response NotOpened(const StreamCall& call) {
    const grpc::Status late(grpc::StatusCode::DEADLINE_EXCEEDED, "");
    return ToResponse(runtime::FromStatus(call.status().value_or(late)));
  }

  http::Task<bool> Begin(http::Exchange& exchange) const {
    const http::Response head = StreamHead();
    const std::string retry = RetryFrame(kRetryMs);
    co_return co_await exchange.Begin(head) && co_await exchange.Write(retry);
  }

  // Until either side ends it.
  http::Task<void> Forward(http::Exchange& exchange, StreamCall& call) const {
    auto said = std::chrono::steady_clock::now();
    while (!exchange.stopping()) {
      const std::optional<std::string> message = co_await call.Next(kLookAround);
      std::string frame;
      if (message) {
        frame = frames_.FrameOfMessage(*message);
      } else if (call.status()) {
        co_return;
      } else if (std::chrono::steady_clock::now() - said >= kHeartbeat) {
        frame = HeartbeatFrame();
      }
      if (frame.empty()) continue;
      if (!co_await exchange.Write(frame)) co_return;
      said = std::chrono::steady_clock::now();
    }
  }

  // What is the case now, in place of what can no longer be told.
  http::Task<bool> Reset(http::Exchange& exchange, const Caller& caller,
                         const typename Frames::Request& request) const {
    v1::ListAlertsRequest list;
    list.set_district(request.district());
    list.set_school(request.school());
    list.set_unresolved_only(true);
    list.set_page_size(1000);
    std::string data = "{\"reason\":\"POSITION_UNKNOWN\",\"alerts\":[";
    bool first = true;
    do {
      const core::Result<v1::ListAlertsResponse> page =
          co_await Ask<v1::ListAlertsResponse>(calls_, caller, kListAlerts, list);
      if (!page) co_return false;
      for (const v1::Alert& alert : page->alerts()) {
        const auto text = json_.Write(*v1::Alert::descriptor(), alert.SerializeAsString());
        if (!text) continue;
        data += (first ? "" : ",") + *text;
        first = false;
      }
      list.set_page_token(page->next_page_token());
    } while (!list.page_token().empty());
    data += "]}";
    const std::string frame = FrameOf({.id = "", .event = "reset", .data = data});
    co_return co_await exchange.Write(frame);
  }

  UnaryCalls& calls_;
  const std::shared_ptr<grpc::Channel> channel_;
  const Frames frames_{};
  const JsonWriter json_{};
};

template <class Frames>
void Add(http::Routes& routes, Doorkeeper& doorkeeper, const std::string& pattern,
         UnaryCalls& calls, const std::shared_ptr<grpc::Channel>& channel) {
  auto watch = std::make_shared<Watch<Frames>>(calls, channel);
  routes.Add("GET", pattern,
             doorkeeper.Guard(Watch<Frames>::ToResponse,
                              [watch](http::Exchange& exchange, const Caller& caller) {
                                return watch->Serve(exchange, caller);
                              }));
}

}  // namespace

void AddWatchRoutes(http::Routes& routes, Doorkeeper& doorkeeper, UnaryCalls& calls,
                    const std::shared_ptr<grpc::Channel>& notifications) {
  Add<AlertFrames>(routes, doorkeeper, "/v1/alerts:watch", calls, notifications);
  Add<EventFrames>(routes, doorkeeper, "/v1/events:watch", calls, notifications);
}

}  // namespace throughline::gateway
