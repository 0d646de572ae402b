#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <iostream>

#include "platform/host/stop_signal.h"
#include "platform/metrics/metrics_endpoint.h"
#include "throughline/command_line.h"
#include "throughline/commands.h"
#include "throughline/probe.h"
#include "throughline/probe_record.h"

namespace throughline {

namespace {

struct ProbeCommand {
  ConnectionOptions connection;
  std::string district = "throughline-probe";
  std::string metrics;
  int every_s = 60;
  int patience_s = 30;
  int rounds = 0;  // 0: until it is told to stop
};

core::Result<std::unique_ptr<platform::MetricsEndpoint>> OpenProbeMetrics(
    const std::string& address, const ProbeRecord& record) {
  if (address.empty()) return nullptr;
  return platform::MetricsEndpoint::Start(address, {}, [&record] {
    std::vector<platform::Reading> readings;
    record.AppendTo(readings);
    return readings;
  });
}

// A round, which begins with making what there is not yet.
core::Result<double> RunRound(Probe& probe, bool& is_set_up, const ProbeCommand& command,
                              const platform::CallTerms& terms) {
  if (!is_set_up) {
    if (auto done = probe.SetUp(terms); !done) return core::Refuse(done.error());
    is_set_up = true;
  }
  return probe.Push(std::chrono::seconds(command.patience_s), terms);
}

void SayRound(const core::Result<double>& took) {
  if (took) {
    std::cout << fmt::format("Seen after {:.3f} s.", *took) << std::endl;
  } else {
    spdlog::warn("not seen: {} ({})", took.error().message, took.error().reason);
  }
}

int RunProbe(const ProbeCommand& command) {
  platform::StopSignal stop;
  auto connection = Connection::Open(command.connection);
  if (!connection) return Fail(connection.error());
  ProbeRecord record;
  auto metrics = OpenProbeMetrics(command.metrics, record);
  if (!metrics) return Fail(metrics.error());
  std::stop_source stopping;
  stop.OnStop([&stopping] { stopping.request_stop(); });
  Probe probe(*connection, command.district);
  bool is_set_up = false;
  bool all_seen = true;
  for (int done = 0; !stop.came(); ++done) {
    if (command.rounds > 0 && done == command.rounds) break;
    const auto next = std::chrono::steady_clock::now() + std::chrono::seconds(command.every_s);
    const auto took = RunRound(probe, is_set_up, command, {.stop = stopping.get_token()});
    if (stop.came()) break;  // whatever it was, it was given up
    const std::chrono::duration<double> now = std::chrono::system_clock::now().time_since_epoch();
    record.Note(took, now.count());
    SayRound(took);
    all_seen = all_seen && took;
    if (command.rounds > 0 && done + 1 == command.rounds) break;
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(next - std::chrono::steady_clock::now());
    if (left.count() > 0 && stop.WaitFor(left)) break;
  }
  stop.OnStop(nullptr);
  return all_seen ? kDone : kFailed;
}

}  // namespace

void AddProbe(CommandLine& line) {
  auto command = std::make_shared<ProbeCommand>();
  CLI::App& app = line.Add(
      "probe", "Pushes a synthetic result now and then, and says how long until its event is there",
      "  throughline probe --connect 127.0.0.1:7400 --metrics 127.0.0.1:9091\n"
      "  throughline probe --rounds 1 --connect 127.0.0.1:7400\n"
      "\n"
      "The district is there for nothing else, and made when it is not there yet: one school, "
      "one\n"
      "student, one result that is corrected again and again. The token is that of an "
      "administrator\n"
      "of it. With --metrics Prometheus reads there how it went: throughline_probe_* .\n"
      "Exit code 1: a result was not recorded, or its event not seen.",
      [command] { return RunProbe(*command); });
  app.add_option("--district", command->district, "Id of the district, which is its own")
      ->capture_default_str()
      ->type_name("ID");
  command->connection.must_exist = true;
  AddConnection(app, command->connection);
  app.add_option("--every", command->every_s, "Seconds from one result to the next")
      ->check(CLI::Range(1, 86'400))
      ->capture_default_str()
      ->type_name("SECONDS");
  app.add_option("--patience", command->patience_s, "Seconds in which its event has to be seen")
      ->check(CLI::Range(1, 3'600))
      ->capture_default_str()
      ->type_name("SECONDS");
  app.add_option("--rounds", command->rounds, "Ends after so many; 0: when it is told to stop")
      ->check(CLI::Range(0, 1'000'000))
      ->capture_default_str()
      ->type_name("N");
  app.add_option("--metrics", command->metrics, "Where Prometheus reads /metrics: host:port")
      ->type_name("ADDRESS");
}

}  // namespace throughline
