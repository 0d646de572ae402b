// How a gateway is told how often somebody may ask.
#pragma once

#include <CLI/CLI.hpp>

#include "gateway/throttle.h"

namespace throughline::gateway {

// --requests-per-second and --requests-at-once.
void AddThrottleOptions(CLI::App& command, ThrottleOptions& limits);

}  // namespace throughline::gateway
