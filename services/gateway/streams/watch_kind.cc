#include "gateway/streams/watch_kind.h"

#include "gateway/api/json_message.h"
#include "gateway/streams/sse.h"
#include "throughline/notifications/v1/notifications_service.pb.h"

namespace throughline::gateway {

namespace v1 = notifications::v1;

namespace {

constexpr char kService[] = "throughline.notifications.v1.NotificationsService.";

template <class Request>
std::string RequestOf(const WatchPlace& place) {
  Request request;
  request.set_district(place.district);
  request.set_school(place.school);
  request.set_after(place.after);
  request.set_only_new(place.only_new);
  if constexpr (requires { request.set_team(place.team); }) request.set_team(place.team);
  return request.SerializeAsString();
}

std::string_view NameOf(const v1::WatchAlertsResponse& message) {
  switch (message.happened_case()) {
    case v1::WatchAlertsResponse::kRaised:
      return "raised";
    case v1::WatchAlertsResponse::kChanged:
      return "changed";
    case v1::WatchAlertsResponse::kResolved:
      return "resolved";
    default:
      return "notified";
  }
}

Frame FrameOfAlert(const JsonWriter& json, const std::string& bytes) {
  v1::WatchAlertsResponse message;
  if (!message.ParseFromString(bytes)) return {};
  Frame frame{.token = message.token(), .text = ""};
  message.clear_token();  // the event's id says it
  const auto data = json.Write(*v1::WatchAlertsResponse::descriptor(), message.SerializeAsString());
  if (data) frame.text = FrameOf({.id = frame.token, .event = NameOf(message), .data = *data});
  return frame;
}

Frame FrameOfEvent(const std::string& bytes) {
  v1::WatchEventsResponse message;
  if (!message.ParseFromString(bytes)) return {};
  const Json data{{"id", message.id()},
                  {"type", message.type()},
                  {"subject", message.subject()},
                  {"timeMs", std::to_string(message.time_ms())},
                  {"cause", message.cause()}};
  std::string text = data.dump();
  // The service has written it as JSON already.
  text.back() = ',';
  text += "\"data\":" + (message.json().empty() ? "{}" : message.json()) + "}";
  return {.token = message.token(),
          .text = FrameOf({.id = message.token(), .event = message.type(), .data = text})};
}

}  // namespace

WatchKind WatchingAlerts() {
  return {std::string(kService) + "WatchAlerts", RequestOf<v1::WatchAlertsRequest>,
          [json = std::make_shared<const JsonWriter>()](const std::string& bytes) {
            return FrameOfAlert(*json, bytes);
          }};
}

WatchKind WatchingEvents() {
  return {std::string(kService) + "WatchEvents", RequestOf<v1::WatchEventsRequest>, FrameOfEvent,
          /*has_teams=*/true};
}

}  // namespace throughline::gateway
