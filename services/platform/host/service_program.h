// The program of one service, as a district deploys it: configured, on Kafka and Redis, serving
// until SIGTERM or Ctrl-C.
#pragma once

#include <string>

#include "platform/host/host.h"
#include "platform/host/serving_options.h"
#include "platform/host/stop_signal.h"
#include "platform/metrics/metrics_endpoint.h"

namespace throughline::platform {

Probes ProbesOf(Host& host);

// A program with a --config file reads it again on SIGHUP.
StopSignal::HangUp HangUpOf(const ServingOptions& options);

// After the first signal to stop: the host is not ready any more, and answers for so many seconds,
// or until it is told a second time.
void Drain(const StopSignal& stop, Host& host, int drain_s);

class ServiceProgram {
 public:
  // `service` is the name of its topics; `about` a sentence for --help.
  ServiceProgram(const std::string& service, const std::string& about);

  // For options of its own, before Run.
  CLI::App& command() { return command_; }
  // How it is configured, once Run has read it.
  const ServingOptions& options() const { return options_; }
  // The trail of a service that signs with the key in a file; empty: it signs nothing.
  using OpenAuditOf = std::function<OpenAudit(const std::string& service, const std::string& key)>;
  // The exit code: 0 stopped, 1 could not start, 2 wrong command line.
  int Run(int argc, char** argv, const std::vector<Assemble>& services, const OpenAuditOf& audit);

 private:
  int Serve(const std::vector<Assemble>& services, const OpenAuditOf& audit);

  std::string service_;
  CLI::App command_;
  std::vector<std::string> words_;  // of the command line
  ServingOptions options_;
};

// For what Kafka's clients cannot recover from: says so and ends the process. Whoever runs it
// starts it again, and taking over repairs what was under way.
[[noreturn]] void EndProcess(const std::string& why);

}  // namespace throughline::platform
