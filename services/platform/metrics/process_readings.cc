#include "platform/metrics/process_readings.h"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "platform/metrics/build_info.h"

namespace throughline::platform {

namespace {

// Places in /proc/self/stat behind the name, which may have blanks; proc(5) counts from 1.
constexpr size_t kUserTicks = 14 - 3, kSystemTicks = 15 - 3, kThreads = 20 - 3,
                 kStartTicks = 22 - 3, kVirtualBytes = 23 - 3, kResidentPages = 24 - 3;

std::vector<double> StatOfProcess() {
  std::ifstream file("/proc/self/stat");
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const size_t name_end = text.rfind(')');
  if (name_end == std::string::npos) return {};
  std::istringstream words(text.substr(name_end + 1));
  std::string state;
  words >> state;
  std::vector<double> numbers = {0};
  for (double number = 0; words >> number;) numbers.push_back(number);
  return numbers;
}

// When the machine was started, in seconds since 1970; 0: that cannot be read.
double BootTime() {
  std::ifstream file("/proc/stat");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("btime ")) return std::stod(line.substr(6));
  }
  return 0;
}

}  // namespace

std::vector<Reading> ProcessReadings() {
  std::vector<Reading> readings = {
      {MetricNamed("throughline_build_info"), {BuildVersion(), BuildRevision()}, 1}};
  const auto add = [&](const Metric* metric, double value) {
    readings.push_back({metric, {}, value});
  };
  const std::vector<double> stat = StatOfProcess();
  if (stat.size() > kResidentPages) {
    const double tick = 1.0 / static_cast<double>(sysconf(_SC_CLK_TCK));
    add(MetricNamed("process_cpu_seconds_total"), (stat[kUserTicks] + stat[kSystemTicks]) * tick);
    add(MetricNamed("process_threads"), stat[kThreads]);
    add(MetricNamed("process_virtual_memory_bytes"), stat[kVirtualBytes]);
    add(MetricNamed("process_resident_memory_bytes"),
        stat[kResidentPages] * static_cast<double>(sysconf(_SC_PAGESIZE)));
    static const double boot = BootTime();
    if (boot > 0) add(MetricNamed("process_start_time_seconds"), boot + stat[kStartTicks] * tick);
  }
  std::error_code unreadable;
  double open = 0;
  for ([[maybe_unused]] const auto& file :
       std::filesystem::directory_iterator("/proc/self/fd", unreadable)) {
    ++open;
  }
  if (!unreadable) add(MetricNamed("process_open_fds"), open);
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    add(MetricNamed("process_max_fds"), static_cast<double>(limit.rlim_cur));
  }
  return readings;
}

}  // namespace throughline::platform
