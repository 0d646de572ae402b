#include <google/protobuf/util/json_util.h>

#include <iostream>

#include "platform/host/stop_signal.h"
#include "throughline/command_line.h"
#include "throughline/commands.h"
#include "throughline/watch_lines.h"

namespace throughline {

namespace {

using notifications::v1::NotificationsService;

struct WatchCommand {
  ConnectionOptions connection;
  std::string what = "alerts";
  std::string district, school, after;
  bool only_new = false;
  bool json = false;
};

constexpr auto kPauseBeforeGoingOn = std::chrono::seconds(1);

// Whether the stream was ended for a reason that passes: it goes on from the last token. Services
// that are stopped cancel what they do not end in time.
bool GoesOn(const grpc::Status& status) {
  return status.error_code() == grpc::StatusCode::UNAVAILABLE ||
         status.error_code() == grpc::StatusCode::CANCELLED ||
         status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED;
}

template <class Response>
std::string LineOf(const WatchCommand& command, const DistrictClock& clock,
                   const Response& response) {
  if (!command.json) return WatchLine(clock, response);
  std::string json;
  (void)google::protobuf::util::MessageToJsonString(response, &json);
  return json;
}

// Reads on until the stream ends, or what was printed is read by nobody any more.
template <class Request, class Response, class Method>
grpc::Status ReadStream(const WatchCommand& command, const DistrictClock& clock, Connection& to,
                        Method method, platform::StopSignal& stop, Request& request) {
  grpc::ClientContext context;
  context.set_wait_for_ready(true);  // for services that are being started again
  stop.OnStop([&context] { context.TryCancel(); });
  auto reader = ((*to.notifications).*method)(&context, request);
  Response response;
  while (reader->Read(&response)) {
    std::cout << LineOf(command, clock, response) << std::endl;
    request.set_after(response.token());
    if (!std::cout) context.TryCancel();
  }
  stop.OnStop(nullptr);
  return reader->Finish();
}

// Whether a credential that was good when the watching began has expired since: it goes on when the
// file has a new one.
bool WaitsForACredential(const WatchCommand& command, const std::string& after,
                         const grpc::Status& status) {
  return after != command.after && platform::FromStatus(status).reason == "CREDENTIAL_EXPIRED";
}

// Nothing came behind the token that was given: then there is nothing new to say.
void SayHowToGoOn(const WatchCommand& command, const std::string& token) {
  if (token != command.after) std::cerr << "To go on from here: --after " << token << '\n';
}

template <class Request, class Response, class Method>
int Watch(const WatchCommand& command, Connection& connection, Method method,
          platform::StopSignal& stop) {
  const DistrictClock clock = DistrictClock::Of(connection, command.district);
  Request request;
  request.set_district(command.district);
  request.set_school(command.school);
  request.set_after(command.after);
  request.set_only_new(command.only_new);
  bool interrupted = false;  // said once, until something comes again
  while (true) {
    const std::string before = request.after();
    const grpc::Status status =
        ReadStream<Request, Response>(command, clock, connection, method, stop, request);
    if (stop.came() || !std::cout) break;
    if (request.after() != before) interrupted = false;
    if (!GoesOn(status) && !WaitsForACredential(command, request.after(), status)) {
      SayHowToGoOn(command, request.after());
      return Fail(platform::FromStatus(status));
    }
    if (!interrupted) std::cerr << "Interrupted; going on where it was as soon as it can.\n";
    interrupted = true;
    if (stop.WaitFor(kPauseBeforeGoingOn)) break;
  }
  SayHowToGoOn(command, request.after());
  return kDone;
}

int RunWatch(const WatchCommand& command) {
  platform::StopSignal stop;
  auto connection = Connection::Open(command.connection);
  if (!connection) return Fail(connection.error());
  if (command.what == "events") {
    return Watch<notifications::v1::WatchEventsRequest, notifications::v1::WatchEventsResponse>(
        command, *connection, &NotificationsService::Stub::WatchEvents, stop);
  }
  return Watch<notifications::v1::WatchAlertsRequest, notifications::v1::WatchAlertsResponse>(
      command, *connection, &NotificationsService::Stub::WatchAlerts, stop);
}

}  // namespace

void AddWatch(CommandLine& line) {
  auto command = std::make_shared<WatchCommand>();
  CLI::App& app = line.Add(
      "watch", "Prints alerts, or the events of every service, as they happen, until Ctrl-C",
      "  throughline watch --district lakeside --connect 127.0.0.1:7400\n"
      "  throughline watch events --district lakeside --new --json --connect 127.0.0.1:7400\n"
      "\n"
      "Without --after and --new it begins at the beginning. With --json every line has a "
      "`token`;\n"
      "--after that token goes on behind it, with no gap and nothing twice.",
      [command] { return RunWatch(*command); });
  app.add_option("what", command->what, "`alerts` or `events`")
      ->check(CLI::IsMember({"alerts", "events"}))
      ->capture_default_str()
      ->type_name("WHAT");
  AddDistrict(app, command->district);
  command->connection.must_exist = true;
  command->connection.only_reads = true;
  AddConnection(app, command->connection);
  app.add_option("--school", command->school, "Only this school")->type_name("ID");
  CLI::Option& after =
      *app.add_option("--after", command->after, "Goes on behind this token")->type_name("TOKEN");
  app.add_flag("--new", command->only_new, "Only what happens from now on")->excludes(&after);
  app.add_flag("--json", command->json, "Prints each message as JSON, one a line");
}

}  // namespace throughline
