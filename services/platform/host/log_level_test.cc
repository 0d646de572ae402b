#include "platform/host/log_level.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "platform/host/serving_options.h"
#include "platform/host/stop_signal.h"

namespace throughline::platform {
namespace {

namespace fs = std::filesystem;
using spdlog::level::level_enum;

class LogLevelTest : public testing::Test {
 protected:
  LogLevelTest() : folder_(testing::TempDir() + "/log_level." + std::to_string(getpid())) {
    AddServingOptions(command_, options_);
    fs::create_directories(folder_);
    level_before_ = spdlog::get_level();
  }
  ~LogLevelTest() override {
    spdlog::set_level(level_before_);
    fs::remove_all(folder_);
  }
  std::string Write(const std::string& name, const std::string& text) const {
    const fs::path file = folder_ / name;
    fs::create_directories(file.parent_path());
    std::ofstream(file) << text;
    return file;
  }
  static bool Becomes(level_enum level) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (spdlog::get_level() != level) {
      if (std::chrono::steady_clock::now() > until) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return true;
  }

  CLI::App command_;
  ServingOptions options_;
  const fs::path folder_;
  level_enum level_before_;
};

TEST_F(LogLevelTest, EveryLevelThatTheOptionTakesIsOneOfSpdlogs) {
  for (const std::string& name : kLogLevels) {
    ASSERT_TRUE(SetLogLevel(name)) << name;
    EXPECT_EQ(spdlog::level::to_string_view(spdlog::get_level()), name);
  }
  EXPECT_FALSE(SetLogLevel("loud"));
}

TEST_F(LogLevelTest, AFileThatIsWrittenToChangesItWithoutARestart) {
  const std::string file = Write("config", "log-level=warning\n");
  const LogLevel level(command_, {"--config", file}, file);
  EXPECT_EQ(spdlog::get_level(), spdlog::level::warn);
  Write("config", "replica=a\nlog-level=debug\n");
  EXPECT_TRUE(Becomes(spdlog::level::debug));
  Write("config", "replica=a\n");
  EXPECT_TRUE(Becomes(spdlog::level::info)) << "the usual one, when nothing is said";
}

TEST_F(LogLevelTest, AMountedFolderThatIsReplacedByALinkChangesIt) {
  Write("..first/config", "log-level=warning\n");
  Write("..second/config", "log-level=trace\n");
  fs::create_symlink("..first", folder_ / "..data");
  fs::create_symlink("..data/config", folder_ / "config");
  const std::string file = folder_ / "config";
  const LogLevel level(command_, {"--config=" + file}, file);
  EXPECT_EQ(spdlog::get_level(), spdlog::level::warn);
  fs::create_symlink("..second", folder_ / "..next");
  fs::rename(folder_ / "..next", folder_ / "..data");
  EXPECT_TRUE(Becomes(spdlog::level::trace));
}

TEST_F(LogLevelTest, AFlagComesBeforeWhatTheFileSays) {
  const std::string file = Write("config", "log-level=trace\n");
  LogLevel level(command_, {"--log-level", "error", "--config", file}, file);
  EXPECT_EQ(spdlog::get_level(), spdlog::level::err);
  Write("config", "log-level=debug\n");
  level.ReadAgain();
  EXPECT_EQ(spdlog::get_level(), spdlog::level::err);
}

TEST_F(LogLevelTest, WhatMakesNoSenseLeavesItAsItIs) {
  const std::string file = Write("config", "log-level=warning\n");
  LogLevel level(command_, {"--config", file}, file);
  for (const char* text : {"log-level=loud\n", "no-such-option=1\n"}) {
    Write("config", text);
    level.ReadAgain();
    EXPECT_EQ(spdlog::get_level(), spdlog::level::warn) << text;
  }
  fs::remove(file);
  level.ReadAgain();
  EXPECT_EQ(spdlog::get_level(), spdlog::level::warn);
}

TEST_F(LogLevelTest, ASignalHasItReadAgain) {
  const std::string file = Write("config", "log-level=warning\n");
  StopSignal stop(StopSignal::HangUp::kTaken);
  LogLevel level(command_, {"--config", file}, file);
  stop.OnHangUp([&] { level.ReadAgain(); });
  Write("config", "log-level=error\n");
  kill(getpid(), SIGHUP);
  EXPECT_TRUE(Becomes(spdlog::level::err));
  EXPECT_FALSE(stop.came());
  stop.OnHangUp(nullptr);
}

}  // namespace
}  // namespace throughline::platform
