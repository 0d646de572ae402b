#include <atomic>
#include <mutex>
#include <thread>

#include "kafka/measures.h"
#include "kafka/raw_kafka.h"

namespace throughline::bench {

namespace {

constexpr char kLarge[] = "large";
constexpr auto kQuiet = std::chrono::seconds(3);

void Run(const std::vector<std::string>& words, const std::filesystem::path& log) {
  Child child(words, log);
  if (child.Wait() != 0) {
    throw std::runtime_error(words.front() + " " + words.at(1) + " failed; see " + log.string());
  }
}

// When the last alert of the district came on a stream, and how many.
class LastAlert {
 public:
  explicit LastAlert(Connection& connection) {
    notifications::v1::WatchAlertsRequest request;
    request.set_district(kLarge);
    request.set_only_new(true);
    stream_ = connection.notifications->WatchAlerts(&context_, request);
    reading_ = std::thread([this] { Read(); });
  }
  ~LastAlert() {
    context_.TryCancel();
    reading_.join();
  }
  std::chrono::steady_clock::time_point at() {
    const std::lock_guard lock(mutex_);
    return at_;
  }
  int count() const { return count_; }

 private:
  void Read() {
    notifications::v1::WatchAlertsResponse response;
    while (stream_->Read(&response)) {
      if (!response.has_raised()) continue;
      const std::lock_guard lock(mutex_);
      at_ = std::chrono::steady_clock::now();
      ++count_;
    }
  }

  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReader<notifications::v1::WatchAlertsResponse>> stream_;
  std::mutex mutex_;
  std::chrono::steady_clock::time_point at_ = std::chrono::steady_clock::now();
  std::atomic<int> count_{0};
  std::thread reading_;
};

// Until no service has published anything for a while.
void WaitUntilQuiet(RawConsumer& events) {
  auto last = std::chrono::steady_clock::now();
  while (std::chrono::steady_clock::now() - last < kQuiet) {
    if (events.Poll(100, [](const rd_kafka_message_t&) {}) > 0) {
      last = std::chrono::steady_clock::now();
    }
  }
}

int ScheduleAll(Connection& connection, int schools, int teams) {
  int scheduled = 0;
  for (int school = 0; school < schools; ++school) {
    for (int team = 0; team < teams; ++team, ++scheduled) {
      cycles::v1::ScheduleCycleRequest schedule;
      schedule.set_district(kLarge);
      schedule.set_school("school-" + std::to_string(school));
      schedule.set_team("team-" + std::to_string(team));
      schedule.set_start(CycleStart());
      schedule.add_indicators("reading");
      Must(Call(*connection.cycles, &cycles::v1::CyclesService::Stub::ScheduleCycle, schedule));
    }
  }
  return scheduled;
}

}  // namespace

void MeasureDistrict(Bench& bench) {
  constexpr int kTeams = 7;  // of a school of 700, as the script writes it
  const int schools = bench.quick ? 1 : 100;
  const DeploymentOptions& options = bench.parts.options();
  const std::filesystem::path folder = options.folder / "large", log = options.folder / "large.log";
  const std::string program = options.binaries / "throughline";
  Run({"/usr/bin/python3", options.scripts / "large_district.py", folder, std::to_string(schools),
       CycleStart(), Today()},
      log);
  Run({program, "import", folder / "bundle", "--only", "references", "--district", kLarge,
       "--connect", bench.parts.connect()},
      log);
  Connection& connection = bench.parts.connection();
  const int cycles = ScheduleAll(connection, schools, kTeams);
  RawConsumer events(bench.parts.kafka(),
                     {"events.plans", "events.evidence", "events.cycles", "events.notifications"},
                     RawConsumer::From::kEnd);
  WaitUntilQuiet(events);
  LastAlert alerts(connection);
  const Cpu before = bench.parts.CpuSoFar();
  const auto began = std::chrono::steady_clock::now();
  Run({program, "push", folder / "results.csv", "--district", kLarge, "--connect",
       bench.parts.connect()},
      log);
  const double pushed = SecondsSince(began);
  WaitUntilQuiet(events);
  const Cpu used = bench.parts.CpuSoFar() - before;
  const double seconds = std::chrono::duration<double>(alerts.at() - began).count();
  const int results = schools * 700 * 10;
  bench.report.Add({.measure = "a district's file to its last alert",
                    .unit = "s",
                    .better = Better::kLess,
                    .ours = {seconds},
                    .cpu = used,
                    .events = static_cast<double>(results),
                    .event = "result",
                    .note = std::to_string(schools * 700) + " students, " +
                            std::to_string(results) + " results, " + std::to_string(cycles) +
                            " cycles, " + std::to_string(alerts.count()) +
                            " alerts; all acknowledged after " +
                            std::to_string(static_cast<int>(pushed)) + " s"});
}

}  // namespace throughline::bench
