#include "platform/host/log_level.h"

#include <spdlog/spdlog.h>
#include <sys/stat.h>

#include <algorithm>

#include "platform/host/serving_options.h"
#include "runtime/guarded.h"

namespace throughline::platform {

namespace {

constexpr std::chrono::seconds kLookAtFileEvery(1);
constexpr char kLogLevelOption[] = "log-level";

// Differs when another file is at the path, behind whatever links, or the same was written to.
LogLevel::Version VersionOfFile(const std::string& file) {
  struct stat at {};
  if (stat(file.c_str(), &at) != 0) return {};
  return {at.st_dev, at.st_ino, at.st_size, at.st_mtim.tv_sec, at.st_mtim.tv_nsec};
}

}  // namespace

bool SetLogLevel(const std::string& level) {
  if (std::find(kLogLevels.begin(), kLogLevels.end(), level) == kLogLevels.end()) return false;
  spdlog::set_level(spdlog::level::from_str(level));
  return true;
}

LogLevel::LogLevel(const CLI::App& command, std::vector<std::string> words, std::string file)
    : command_(command),
      words_(std::move(words)),
      file_(std::move(file)),
      seen_(VersionOfFile(file_)) {
  ReadAgain();
  if (!file_.empty()) thread_ = std::thread([this] { Watch(); });
}

LogLevel::~LogLevel() {
  {
    std::lock_guard lock(mutex_);
    over_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void LogLevel::ReadAgain() {
  std::lock_guard lock(reading_);
  std::string level;
  try {
    level = GivenValue(Completed(command_, words_), kLogLevelOption);
  } catch (const CLI::Error& error) {
    spdlog::warn("The log's level stays as it is: {}", error.what());
    return;
  }
  if (level.empty()) level = kUsualLogLevel;
  if (level == level_) return;
  if (!SetLogLevel(level)) {
    spdlog::warn("The log's level stays as it is: there is no level {}.", level.substr(0, 40));
    return;
  }
  if (!level_.empty()) spdlog::log(spdlog::get_level(), "The log's level is {} now.", level);
  level_ = level;
}

void LogLevel::Watch() {
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, kLookAtFileEvery, [this] { return over_; })) {
    const auto now = VersionOfFile(file_);
    if (now == seen_) continue;
    seen_ = now;
    lock.unlock();
    runtime::Guarded("the log's level", [this] { ReadAgain(); });
    lock.lock();
  }
}

}  // namespace throughline::platform
