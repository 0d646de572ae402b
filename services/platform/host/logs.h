// How a program logs: to stderr, so that stdout is what was asked for and nothing else.
#pragma once

namespace throughline::platform {

struct LogOptions {
  bool json = false;
  bool quiet = true;  // warnings and worse only
};

void SetUpLogs(const LogOptions& options);

}  // namespace throughline::platform
