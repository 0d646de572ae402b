#include <fmt/format.h>

#include <cstdio>
#include <thread>

#include "throughline/commands.h"
#include "throughline/printing.h"
#include "throughline/stop_signal.h"

namespace throughline {

namespace {

void Print(const notifications::v1::WatchAlertsResponse& told) {
  using Response = notifications::v1::WatchAlertsResponse;
  const std::string when = WhenOf(told.time_ms());
  const auto print = [&](const char* what, const notifications::v1::Alert& alert) {
    const auto& condition = alert.condition();
    fmt::print("{}  {:<8}  {:<16}  {}/{}  {}  {}\n", when, what, NameOf(condition.trigger()),
               alert.school(), condition.team(), condition.indicator(), condition.reason());
  };
  switch (told.happened_case()) {
    case Response::kRaised:
      return print("raised", told.raised().alert());
    case Response::kChanged:
      return print("changed", told.changed().alert());
    case Response::kResolved:
      return print("resolved", told.resolved().alert());
    case Response::kGroup:
      fmt::print("{}  told      {:<16}  {}  {} firing, {} resolved\n", when,
                 NameOf(told.group().trigger()), told.group().school(), told.group().firing_size(),
                 told.group().resolved_size());
      return;
    default:
      return;
  }
}

void Print(const notifications::v1::WatchEventsResponse& event) {
  fmt::print("{}  {}  {}  {}\n", WhenOf(event.time_ms()), event.subject(), event.type(),
             event.json());
}

// Reads the stream until it ends or somebody stops it.
template <class Response, class Stream>
int Follow(const WatchCommand& command, grpc::ClientContext& context, Stream stream,
           const StopSignal& stop) {
  std::jthread stopper([&](const std::stop_token& over) {
    while (!over.stop_requested()) {
      if (stop.Came()) return context.TryCancel();
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
  });
  Response response;
  std::string token = command.after;
  while (stream->Read(&response)) {
    token = response.token();
    if (command.json) {
      fmt::print("{}\n", ToJson(response));
    } else {
      Print(response);
    }
    std::fflush(stdout);
  }
  const grpc::Status status = stream->Finish();
  if (status.error_code() == grpc::StatusCode::CANCELLED || status.ok()) {
    if (!token.empty()) fmt::print(stderr, "To go on from here: --after {}\n", token);
    return 0;
  }
  return Fail(runtime::FromStatus(status));
}

template <class Request>
Request RequestOf(const WatchCommand& command) {
  Request request;
  request.set_district(command.district);
  request.set_school(command.school);
  request.set_after(command.after);
  request.set_only_new(command.only_new);
  return request;
}

}  // namespace

int Watch(const WatchCommand& command) {
  const StopSignal stop;
  auto connection = Connection::Open(command.connection);
  if (!connection) return Fail(connection.error());
  grpc::ClientContext context;
  if (command.what == "events") {
    return Follow<notifications::v1::WatchEventsResponse>(
        command, context,
        connection->notifications->WatchEvents(
            &context, RequestOf<notifications::v1::WatchEventsRequest>(command)),
        stop);
  }
  return Follow<notifications::v1::WatchAlertsResponse>(
      command, context,
      connection->notifications->WatchAlerts(
          &context, RequestOf<notifications::v1::WatchAlertsRequest>(command)),
      stop);
}

}  // namespace throughline
