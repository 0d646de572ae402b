// The level of a program's log while it serves: what --log-level says, by flag, variable or file,
// in that order. A level that the --config file says can be changed without a restart: the file is
// looked at every second, and read again when another one is in its place - as when a mounted
// ConfigMap is replaced, for which nobody can send a signal - or when it was written to.
#pragma once

#include <sys/types.h>

#include <CLI/CLI.hpp>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

namespace throughline::platform {

// What --log-level takes.
inline const std::vector<std::string> kLogLevels = {"trace", "debug", "info", "warning", "error"};
inline constexpr char kUsualLogLevel[] = "info";

// Sets the level of what spdlog logs by default; false when there is no such level.
bool SetLogLevel(const std::string& level);

class LogLevel {
 public:
  // Of the program that was started with these words (without its name), whose command it is, and
  // which has its --config in `file`; empty: it has none, and nothing is watched. The command must
  // outlive it.
  LogLevel(const CLI::App& command, std::vector<std::string> words, std::string file);
  ~LogLevel();

  // Tells one file at a path from another.
  using Version = std::tuple<dev_t, ino_t, off_t, time_t, long>;

  // Sets the level anew; what cannot be read is said in the log and leaves it as it is.
  void ReadAgain();

 private:
  void Watch();

  const CLI::App& command_;
  const std::vector<std::string> words_;
  const std::string file_;
  Version seen_;  // of the file, before it was read; then the watching thread's
  std::mutex reading_;
  std::string level_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool over_ = false;
  std::thread thread_;
};

}  // namespace throughline::platform
