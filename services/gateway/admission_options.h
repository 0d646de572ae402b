// Options for what a gateway admits, and where it is found.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "gateway/bundles/import_places.h"
#include "gateway/door/throttle.h"
#include "platform/http/body_pace.h"

namespace throughline::gateway {

struct AdmissionOptions {
  ThrottleOptions limits = {};
  bundles::PlaceLimits imports = {};
  platform::http::BodyPaceLimits body_pace = {};
  std::string public_url = {};  // IsPublicUrl; empty: its own names only
};

// --requests-per-second, --requests-at-once, --imports-at-once, --imports-per-district,
// --imports-per-caller, --body-bytes-per-second and --public-url.
void AddAdmissionOptions(CLI::App& command, AdmissionOptions& options);

}  // namespace throughline::gateway
