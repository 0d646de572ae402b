#include <atomic>
#include <map>
#include <thread>

#include "core/date.h"
#include "kafka/measures.h"
#include "kafka/raw_kafka.h"

namespace throughline::bench {

namespace {

using std::chrono::steady_clock;
using Instant = steady_clock::time_point;

constexpr int kProbed = (kSchools - kLoadedSchools) * kClasses;  // classes

// Notes when the alert that a team is off track comes on a stream that is open.
class AlertWatch {
 public:
  explicit AlertWatch(Connection& connection) {
    notifications::v1::WatchAlertsRequest request;
    request.set_district(kDistrict);
    request.set_only_new(true);
    stream_ = connection.notifications->WatchAlerts(&context_, request);
    reading_ = std::thread([this] { Read(); });
  }
  ~AlertWatch() {
    context_.TryCancel();
    reading_.join();
  }

  void Expect(const std::string& team, Instant intended) {
    const std::lock_guard lock(mutex_);
    expected_[team] = intended;
  }
  // What came in time, in milliseconds since it was intended; how many did not come.
  std::vector<double> Take(size_t& missing) {
    const std::lock_guard lock(mutex_);
    missing = expected_.size();
    expected_.clear();
    return std::exchange(came_ms_, {});
  }
  bool WaitUntilAllCame(std::chrono::seconds patience) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, patience, [&] { return expected_.empty(); });
  }

 private:
  void Read() {
    notifications::v1::WatchAlertsResponse response;
    while (stream_->Read(&response)) {
      const auto& condition = response.raised().alert().condition();
      if (condition.trigger() != common::v1::TRIGGER_OFF_TRACK) continue;
      const std::lock_guard lock(mutex_);
      const auto found = expected_.find(condition.school() + "/" + condition.team());
      if (found == expected_.end()) continue;
      came_ms_.push_back(SecondsSince(found->second) * 1e3);
      expected_.erase(found);
      changed_.notify_all();
    }
  }

  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReader<notifications::v1::WatchAlertsResponse>> stream_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, Instant> expected_;
  std::vector<double> came_ms_;
  std::thread reading_;
};

// Three ways over Kafka one after the other, as many messages as the pushes have batches.
class ThreeHops {
 public:
  explicit ThreeHops(const runtime::kafka::Settings& settings) {
    for (const std::string& topic : kTopics) MakeTopic(settings, topic);
    for (size_t hop = 0; hop < 3; ++hop) {
      producers_.push_back(std::make_unique<RawProducer>(settings, 0));
      consumers_.push_back(std::make_unique<RawConsumer>(
          settings, std::vector<std::string>{kTopics[hop]}, RawConsumer::From::kEnd));
    }
    for (size_t hop = 0; hop < 3; ++hop) {
      threads_.emplace_back([this, hop] { Forward(hop); });
    }
    // The first messages wait for connections to be made.
    for (size_t number = 0; number < 24; ++number) Send(number, steady_clock::now(), 100);
    first_ = Take().size();
  }
  ~ThreeHops() {
    stopping_ = true;
    for (auto& thread : threads_) thread.join();
  }

  void Send(size_t number, Instant intended, size_t bytes) {
    {
      const std::lock_guard lock(mutex_);
      number += first_;
      intended_.push_back(intended);
    }
    std::string value = std::to_string(number) + " ";
    value.resize(std::max(bytes, value.size()), 'x');
    producers_[0]->Send(kTopics[0], static_cast<int32_t>(number % 24), value);
  }
  std::vector<double> Take() {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(10),
                      [&] { return came_ms_.size() == intended_.size(); });
    return {came_ms_.begin() + static_cast<std::ptrdiff_t>(first_), came_ms_.end()};
  }

 private:
  void Forward(size_t hop) {
    while (!stopping_) {
      consumers_[hop]->Poll(50, [&](const rd_kafka_message_t& message) {
        const std::string value(static_cast<const char*>(message.payload), message.len);
        if (hop < 2) return producers_[hop + 1]->Send(kTopics[hop + 1], message.partition, value);
        const std::lock_guard lock(mutex_);
        came_ms_.push_back(SecondsSince(intended_[std::stoul(value)]) * 1e3);
        changed_.notify_all();
      });
    }
  }

  const std::string kTopics[3] = {"bench.hop1", "bench.hop2", "bench.hop3"};
  std::vector<std::unique_ptr<RawProducer>> producers_;
  std::vector<std::unique_ptr<RawConsumer>> consumers_;
  std::atomic<bool> stopping_{false};
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Instant> intended_;
  std::vector<double> came_ms_;
  size_t first_ = 0;  // messages before those that count
  std::vector<std::thread> threads_;
};

// A team's scores go down, and up again when all the other teams had their turn.
struct Probe {
  int number = 0;
  int school() const { return kLoadedSchools + number % kProbed / kClasses; }
  int one() const { return number % kClasses; }
  bool raises() const { return number / kProbed % 2 == 0; }
  std::string team() const { return SchoolName(school()) + "/t" + std::to_string(one()); }
  evidence::v1::IngestResultsRequest request() const {
    return ClassBatch(school(), Today(), raises() ? 40 : 90, one());
  }
};

// Pushes on a schedule that does not wait for answers: what is late counts from when it was due.
// Each is a probe, or a batch of the load beside them.
class OpenLoop {
 public:
  OpenLoop(double seconds, double results_per_second) : seconds_(seconds) {
    const double batches = results_per_second - kProbesPerSecond * kStudents;
    batches_per_second_ = std::max(batches / kBatch, 0.0);
  }
  // `push` is told when it was due, and which probe it is; -1: a batch.
  template <class Push>
  void Run(Push push) const {
    const Instant began = steady_clock::now();
    double probe_due = 0, batch_due = 0;
    for (int probe = 0; std::min(probe_due, batch_due) < seconds_;) {
      const bool probes = probe_due <= batch_due || batches_per_second_ == 0;
      double& due = probes ? probe_due : batch_due;
      if (due >= seconds_) break;
      const Instant intended = began + std::chrono::duration_cast<steady_clock::duration>(
                                           std::chrono::duration<double>(due));
      std::this_thread::sleep_until(intended);
      push(intended, probes ? probe++ : -1);
      due += 1 / (probes ? kProbesPerSecond : batches_per_second_);
    }
  }
  int probes() const { return static_cast<int>(seconds_ * kProbesPerSecond); }
  int batches() const { return static_cast<int>(seconds_ * batches_per_second_) + 1; }

 private:
  static constexpr double kProbesPerSecond = 20;
  double seconds_;
  double batches_per_second_ = 0;
};

struct Percentiles {
  std::vector<double> p50, p99;  // a round each
  void Add(const std::vector<double>& round) {
    p50.push_back(PercentileOf(round, 0.5));
    p99.push_back(PercentileOf(round, 0.99));
  }
};

void PushOnSchedule(Bench& bench, const OpenLoop& loop, AlertWatch& watch) {
  constexpr size_t kNeverWait = 1'000'000;
  const auto batches = bench.batches.Next(loop.batches(), true);
  size_t next = 0;
  Pushes pushes(bench.parts.connection(), kNeverWait);
  loop.Run([&](Instant intended, int number) {
    if (number < 0) return pushes.Push(batches[next++ % batches.size()]);
    const Probe probe{number};
    if (probe.raises()) watch.Expect(probe.team(), intended);
    pushes.Push(probe.request());
  });
  pushes.Finish();
  watch.WaitUntilAllCame(std::chrono::seconds(10));
}

// Every team is on track again, whatever its turn was when the round ended.
void ClearAll(Bench& bench) {
  Pushes pushes(bench.parts.connection(), 8);
  for (int number = kProbed; number < 2 * kProbed; ++number) pushes.Push(Probe{number}.request());
  pushes.Finish();
}

void HopOnSchedule(Bench& bench, const OpenLoop& loop, std::vector<double>& came_ms) {
  const size_t of_batch = bench.batches.Next(1, true).front().ByteSizeLong();
  const size_t of_probe = Probe{}.request().ByteSizeLong();
  ThreeHops hops(bench.parts.kafka());
  size_t number = 0;
  loop.Run([&](Instant intended, int probe) {
    hops.Send(number++, intended, probe < 0 ? of_batch : of_probe);
  });
  came_ms = hops.Take();
}

}  // namespace

void MeasureAlert(Bench& bench) {
  Connection& connection = bench.parts.connection();
  const std::string before =
      core::FormatDate(*core::ParseDate(CycleStart()) - std::chrono::days(20));
  for (int probe = 0; probe < kProbed; ++probe) {
    Must(Call(*connection.evidence, &evidence::v1::EvidenceService::Stub::IngestResults,
              ClassBatch(Probe{probe}.school(), before, 60, Probe{probe}.one())));
  }
  constexpr double kAssumed = 10'000;  // when it was not measured
  const double rate = 0.3 * (bench.results_per_second > 0 ? bench.results_per_second : kAssumed);
  const OpenLoop loop(bench.quick ? 4 : 10, rate);
  AlertWatch watch(connection);
  Percentiles ours, theirs;
  Cpu cpu;
  size_t all = 0, missing = 0;
  for (int round = 0; round < bench.rounds; ++round) {
    const Cpu before_round = bench.parts.CpuSoFar();
    PushOnSchedule(bench, loop, watch);
    cpu = cpu + (bench.parts.CpuSoFar() - before_round);
    size_t missed = 0;
    const std::vector<double> came = watch.Take(missed);
    all += came.size() + missed;
    missing += missed;
    ours.Add(came);
    std::vector<double> bare;
    HopOnSchedule(bench, loop, bare);
    theirs.Add(bare);
    ClearAll(bench);
  }
  const double messages = static_cast<double>(bench.rounds) * (loop.probes() + loop.batches());
  for (const bool half : {true, false}) {
    bench.report.Add({.measure = half ? "result to alert, p50" : "result to alert, p99",
                      .unit = "ms",
                      .better = Better::kLess,
                      .ours = half ? ours.p50 : ours.p99,
                      .against = "three bare produce and consume",
                      .theirs = half ? theirs.p50 : theirs.p99,
                      .goal = half ? 1.5 : 3.0,
                      .cpu = half ? cpu : Cpu{},
                      .events = messages,
                      .event = "push",
                      .note = half ? "at " + std::to_string(static_cast<int>(rate)) +
                                         " results/s; " + std::to_string(all - missing) + " of " +
                                         std::to_string(all) + " alerts came"
                                   : ""});
  }
}

}  // namespace throughline::bench
