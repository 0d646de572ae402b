#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <cstdio>

#include "throughline/commands.h"
#include "throughline/house.h"
#include "throughline/stop_signal.h"

namespace throughline {

int Fail(const core::Error& error) {
  fmt::print(stderr, "throughline: {}{}\n", error.message,
             error.field.empty() ? "" : fmt::format(" ({})", error.field));
  return 1;
}

int Serve(const ServeOptions& options) {
  const StopSignal stop;
  if (options.json_logs) {
    spdlog::set_pattern(R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l","message":"%v"})");
  }
  auto house = House::Open({.data = options.data, .listen = options.listen});
  if (!house) return Fail(house.error());
  const std::string address =
      options.listen.substr(0, options.listen.rfind(':')) + ":" + std::to_string((*house)->port());
  fmt::print(
      "Throughline serves on {}, its data in {}. Ctrl-C stops it.\n"
      "In another terminal:\n"
      "  throughline import BUNDLE --district ID --connect {}\n"
      "  throughline watch alerts --district ID --connect {}\n",
      address, options.data, address, address);
  std::fflush(stdout);
  stop.Wait();
  fmt::print("Stopping.\n");
  return 0;
}

}  // namespace throughline
