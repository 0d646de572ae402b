// How a program logs: to stderr, so that stdout is what was asked for and nothing else.
#pragma once

namespace throughline::platform {

struct LogOptions {
  bool json = false;
  const char* level = "warning";  // this and worse; see log_level.h
};

void SetUpLogs(const LogOptions& options);

}  // namespace throughline::platform
