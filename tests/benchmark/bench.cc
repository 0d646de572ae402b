// Measures against the raw library in the same run, interleaved, and prints the ratios: absolute
// figures mean little on machines that are shared.
#include <fmt/format.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <deque>
#include <future>

#include "bench_district.h"
#include "core/date.h"
#include "raw_sqlite.h"
#include "runtime/clock.h"
#include "runtime/embedded/sqlite_journal.h"

namespace throughline::bench {
namespace {

using Clock = std::chrono::steady_clock;
using EvidenceStub = evidence::v1::EvidenceService::Stub;

constexpr int kSchools = 24;
constexpr int kBatch = 500;
constexpr size_t kUnderWay = 8;

double Seconds(Clock::time_point since) {
  return std::chrono::duration<double>(Clock::now() - since).count();
}

double CpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto of = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return of(usage.ru_utime) + of(usage.ru_stime);
}

double Percentile(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  return values[static_cast<size_t>(share * static_cast<double>(values.size() - 1))];
}

// A house on a clock that stands on a school day, and the raw library beside it.
struct Bench {
  explicit Bench(const std::filesystem::path& folder)
      : clock(*core::ParseInstant("2024-10-01T12:00:00Z")), raw(folder / "raw") {
    auto opened = House::Open({.data = folder / "data", .listen = "", .clock = &clock});
    if (!opened) throw std::runtime_error(opened.error().message);
    house = std::move(*opened);
    connection.emplace(house->Channel());
  }

  // Batches of results from `next` on, several under way; seconds.
  double Record(int batches) {
    const auto began = Clock::now();
    std::deque<std::future<core::Result<evidence::v1::IngestResultsResponse>>> under_way;
    for (int i = 0; i < batches; ++i, next += kBatch) {
      if (under_way.size() == kUnderWay) {
        Must(under_way.front().get());
        under_way.pop_front();
      }
      under_way.push_back(std::async(std::launch::async, [this, from = next] {
        return Call(*connection->evidence, &EvidenceStub::IngestResults,
                    Batch(kSchools, from, kBatch));
      }));
    }
    for (auto& answer : under_way) Must(answer.get());
    return Seconds(began);
  }

  double InsertRaw(int batches, int64_t from) {
    std::vector<std::vector<std::string>> rows(batches);
    for (int i = 0; i < batches; ++i) {
      const auto batch = Batch(kSchools, from + int64_t{i} * kBatch, kBatch);
      for (const auto& result : batch.results()) rows[i].push_back(result.SerializeAsString());
    }
    const auto began = Clock::now();
    for (const auto& batch : rows) raw.Insert(batch);
    return Seconds(began);
  }

  runtime::ManualClock clock;
  RawSqlite raw;
  std::unique_ptr<House> house;
  std::optional<Connection> connection;
  int64_t next = 0;
};

void Throughput(Bench& bench, int rounds) {
  constexpr int kBatches = 20;
  bench.Record(kBatches);  // warm
  double ours = 0, theirs = 0;
  const double cpu = CpuSeconds();
  for (int round = 0; round < rounds; ++round) {
    const int64_t from = bench.next;
    ours += bench.Record(kBatches);
    bench.house->WaitUntilIdle();
    theirs += bench.InsertRaw(kBatches, from);
  }
  const double results = static_cast<double>(rounds) * kBatches * kBatch;
  fmt::print(
      "recorded            {:>9.0f} results/s   bare SQLite {:>9.0f}/s   ratio {:.2f} (goal >= "
      "0.5)\n",
      results / ours, results / theirs, theirs / ours);
  fmt::print("CPU                 {:>9.1f} us a result, bare inserts included\n",
             (CpuSeconds() - cpu) / results * 1e6);
}

// From the call that pushes a class's results to the alert on a stream that is open.
void Latency(Bench& bench, const std::filesystem::path& folder) {
  auto journal = runtime::SqliteJournal::Open({(folder / "appends").string()});
  if (!journal) throw std::runtime_error(journal.error().message);
  grpc::ClientContext context;
  notifications::v1::WatchAlertsRequest request;
  request.set_district(kDistrict);
  request.set_only_new(true);
  auto stream = bench.connection->notifications->WatchAlerts(&context, request);
  std::vector<double> ours, theirs;
  for (int school = 0; school < kSchools; ++school) {
    Must(Call(*bench.connection->evidence, &EvidenceStub::IngestResults,
              ClassBatch(school, "2024-08-20", 60)));
    Schedule(*bench.connection, school);
    bench.house->WaitUntilIdle();
    const auto began = Clock::now();
    Must(Call(*bench.connection->evidence, &EvidenceStub::IngestResults,
              ClassBatch(school, "2024-09-11", 40)));
    notifications::v1::WatchAlertsResponse told;
    while (stream->Read(&told)) {
      if (told.has_raised() && told.raised().alert().school() == SchoolName(school)) break;
    }
    ours.push_back(Seconds(began) * 1e3);
    bench.house->WaitUntilIdle();
    const auto appending = Clock::now();
    for (int i = 0; i < 3; ++i) {
      runtime::Record record;
      record.value = std::string(4096, 'x');
      Must((*journal)->log().Append({{{"events.bare", i}, {record}}}));
    }
    theirs.push_back(Seconds(appending) * 1e3);
  }
  context.TryCancel();
  for (double share : {0.5, 0.99}) {
    fmt::print(
        "result to alert p{:<3.0f} {:>8.2f} ms   three bare appends {:>6.2f} ms   ratio {:.2f} "
        "(goal <= 3)\n",
        share * 100, Percentile(ours, share), Percentile(theirs, share),
        Percentile(ours, share) / Percentile(theirs, share));
  }
}

void History(Bench& bench, int64_t base) {
  constexpr int kBatches = 20;
  std::vector<double> costs;
  for (int64_t history : {base, base * 10, base * 100}) {
    while (bench.next < history) bench.Record(kBatches);
    bench.house->WaitUntilIdle();
    const double cpu = CpuSeconds();
    bench.Record(kBatches);
    bench.house->WaitUntilIdle();
    costs.push_back((CpuSeconds() - cpu) / (kBatches * kBatch) * 1e6);
    fmt::print("history {:>9}   {:>9.1f} us of CPU a result   ratio {:.2f}\n", history,
               costs.back(), costs.back() / costs.front());
    std::fflush(stdout);
  }
  fmt::print("100x the history costs {:.2f} times as much a result (goal <= 1.2)\n",
             costs.back() / costs.front());
}

}  // namespace
}  // namespace throughline::bench

int main(int argc, char** argv) {
  CLI::App app("Measures Throughline against the raw libraries, interleaved in one run.");
  int rounds = 5;
  int64_t history = 10'000;
  app.add_option("--rounds", rounds, "Rounds of throughput")->capture_default_str();
  app.add_option("--history", history, "Results that count as 1x history")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  std::string name = (std::filesystem::temp_directory_path() / "bench.XXXXXX").string();
  const std::filesystem::path folder = mkdtemp(name.data());
  {
    throughline::bench::Bench bench(folder);
    throughline::bench::Found(*bench.connection, throughline::bench::kSchools);
    bench.house->WaitUntilIdle();
    throughline::bench::Latency(bench, folder);
    throughline::bench::History(bench, history);
    throughline::bench::Throughput(bench, rounds);
  }
  std::filesystem::remove_all(folder);
  return 0;
}
