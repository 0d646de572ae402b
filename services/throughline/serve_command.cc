#include <spdlog/spdlog.h>

#include <iostream>

#include "runtime/metrics/metrics_endpoint.h"
#include "throughline/command_line.h"
#include "throughline/commands.h"
#include "throughline/house.h"
#include "throughline/stop_signal.h"

namespace throughline {

namespace {

struct ServeOptions {
  std::string data;
  std::string listen = "127.0.0.1:7400";
  std::string metrics;
  bool log_json = false;
};

std::string AddressOf(const std::string& listen, int port) {
  return listen.substr(0, listen.rfind(':')) + ":" + std::to_string(port);
}

void SayWhatToDoNext(const ServeOptions& options, const std::string& address) {
  std::cout << "Throughline serves the data in " << options.data << " at " << address
            << ". Ctrl-C stops it.\n\n"
            << "In another terminal:\n"
            << "  throughline import PATH --district ID --connect " << address << "\n"
            << "  throughline push results.csv --district ID --connect " << address << "\n"
            << "  throughline watch alerts --district ID --connect " << address << "\n"
            << "  throughline show reviews --district ID --connect " << address << std::endl;
}

int Serve(const ServeOptions& options) {
  SetUpLogs({.json = options.log_json, .quiet = false});
  StopSignal stop;
  auto house = House::Open({.data = options.data, .listen = options.listen});
  if (!house) return Fail(house.error());
  std::unique_ptr<runtime::MetricsEndpoint> metrics;
  if (!options.metrics.empty()) {
    auto started = runtime::MetricsEndpoint::Start(options.metrics, (*house)->services());
    if (!started) return Fail(started.error());
    metrics = std::move(*started);
    spdlog::info("metrics at {}/metrics", AddressOf(options.metrics, metrics->port()));
  }
  const std::string address = AddressOf(options.listen, (*house)->port());
  SayWhatToDoNext(options, address);
  spdlog::info("serving {} at {}", options.data, address);
  stop.Wait();
  spdlog::info("stopping: finishing what is in hand");
  metrics.reset();
  house->reset();
  spdlog::info("stopped");
  return kDone;
}

}  // namespace

void AddServe(CommandLine& line) {
  auto options = std::make_shared<ServeOptions>();
  CLI::App& command = line.Add("serve", "Serves a data directory over gRPC until Ctrl-C",
                               "  throughline serve --data ./data\n"
                               "  throughline serve --data ./data --listen 0.0.0.0:7400 --log-json",
                               [options] { return Serve(*options); });
  command
      .add_option("--data", options->data, "Directory with the data, made when it does not exist")
      ->required()
      ->type_name("DIR");
  command.add_option("--listen", options->listen, "Host and port to listen at; port 0: a free one")
      ->capture_default_str()
      ->type_name("ADDRESS");
  command
      .add_option("--metrics", options->metrics,
                  "Host and port for Prometheus to read /metrics at; without it, nowhere")
      ->type_name("ADDRESS");
  command.add_flag("--log-json", options->log_json, "Logs (on stderr) as JSON, an object a line");
}

}  // namespace throughline
