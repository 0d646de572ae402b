#include "gateway/throttle_options.h"

namespace throughline::gateway {

void AddThrottleOptions(CLI::App& command, ThrottleOptions& limits) {
  command
      .add_option("--requests-per-second", limits.per_second,
                  "Requests that each caller may make; more are answered with 429")
      ->check(CLI::Range(0.1, 1e6))
      ->capture_default_str();
  command.add_option("--requests-at-once", limits.at_once, "Requests that may come in a burst")
      ->check(CLI::Range(1.0, 1e6))
      ->capture_default_str();
}

}  // namespace throughline::gateway
