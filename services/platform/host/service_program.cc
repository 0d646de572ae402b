#include "platform/host/service_program.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "platform/host/core_dumps.h"
#include "platform/host/log_level.h"
#include "platform/host/logs.h"
#include "platform/host/started.h"
#include "platform/host/stop_signal.h"
#include "platform/host/version.h"
#include "platform/metrics/metrics_endpoint.h"

namespace throughline::platform {

namespace {

constexpr int kFailed = 1;
constexpr int kWrongUsage = 2;
constexpr int kFatal = 70;  // EX_SOFTWARE of sysexits.h

int Fail(const core::Error& error) {
  std::cerr << error.message << " (" << error.reason << ")" << std::endl;
  return kFailed;
}

}  // namespace

void EndProcess(const std::string& why) {
  spdlog::critical("Kafka's client gave up and this process ends; start it again: {}", why);
  spdlog::shutdown();
  std::_Exit(kFatal);
}

StopSignal::HangUp HangUpOf(const ServingOptions& options) {
  return options.config.empty() ? StopSignal::HangUp::kLeft : StopSignal::HangUp::kTaken;
}

Probes ProbesOf(Host& host) {
  return {.liveness = [&host] { return host.LivenessIssues(); },
          .readiness = [&host] { return host.ReadinessIssues(); }};
}

void Drain(const StopSignal& stop, Host& host, int drain_s) {
  host.Drain();
  if (drain_s == 0) return;
  spdlog::info("draining: not ready any more, and answering for {} s", drain_s);
  stop.WaitForSecond(std::chrono::seconds(drain_s));
}

ServiceProgram::ServiceProgram(const std::string& service, const std::string& about)
    : service_(service), command_(about, "throughline-" + service) {
  AddServingOptions(command_, options_);
  command_.set_version_flag("--version", VersionOf("throughline-" + service));
  command_.footer(
      "Every option can be given as a variable, too: --redis-user as THROUGHLINE_REDIS_USER.\n"
      "Flags come before variables, and variables before the --config file.");
}

int ServiceProgram::Run(int argc, char** argv, const std::vector<Assemble>& services,
                        const OpenAuditOf& audit) {
  ForbidCoreDumps();
  words_.assign(argv + 1, argv + argc);
  try {
    auto words = Completed(command_, words_);
    std::reverse(words.begin(), words.end());  // as CLI11 takes them
    command_.parse(words);
  } catch (const CLI::Error& error) {
    return command_.exit(error) == 0 ? 0 : kWrongUsage;
  }
  SetUpLogs({.json = options_.log_json, .level = options_.log_level.c_str()});
  try {
    return Serve(services, audit);
  } catch (const std::exception& failure) {
    return Fail({core::Code::kInternal, "UNEXPECTED", failure.what(), ""});
  }
}

int ServiceProgram::Serve(const std::vector<Assemble>& services, const OpenAuditOf& audit) {
  StopSignal stop(HangUpOf(options_));
  LogLevel log_level(command_, words_, options_.config);
  stop.OnHangUp([&] { log_level.ReadAgain(); });
  const runtime::SystemClock clock;
  auto host_options = HostOptionsOf(options_, clock);
  if (!host_options) return Fail(host_options.error());
  auto traces = OpenTraces(options_, "throughline-" + service_);
  if (!traces) return Fail(traces.error());
  if (*traces) host_options->tracer = &(*traces)->tracer();
  host_options->journal_name = "kafka";
  auto journal_options = KafkaRedisOptionsOf(options_, {service_}, EndProcess);
  if (!journal_options) return Fail(journal_options.error());
  auto journal = runtime::KafkaRedisJournal::Open(*std::move(journal_options));
  if (!journal) return Fail(journal.error());
  host_options->audit = audit(service_, options_.audit_key);
  auto host = Host::Start(std::move(*journal), services, *std::move(host_options));
  if (!host) return Fail(host.error());
  (*host)->audit().Note(StartedRecord(command_));
  std::unique_ptr<MetricsEndpoint> metrics;
  if (!options_.metrics.empty()) {
    const auto readings = [&host = **host, traces = traces->get()] {
      auto all = host.Readings();
      if (traces) traces->AppendTo(all);
      return all;
    };
    auto started =
        MetricsEndpoint::Start(options_.metrics, (*host)->services(), readings, ProbesOf(**host));
    if (!started) return Fail(started.error());
    metrics = std::move(*started);
    spdlog::info("metrics at {}/metrics", AddressOf(options_.metrics, metrics->port()));
  }
  spdlog::info("{} serves at {}", service_, AddressOf(options_.listen, (*host)->port()));
  stop.Wait();
  Drain(stop, **host, options_.drain_s);
  spdlog::info("stopping: finishing what is in hand");
  metrics.reset();
  host->reset();
  spdlog::info("stopped");
  return 0;
}

}  // namespace throughline::platform
