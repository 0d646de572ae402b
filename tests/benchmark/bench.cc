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
#include "push_bench.h"
#include "raw_sqlite.h"
#include "runtime/clock.h"
#include "runtime/embedded/sqlite_journal.h"
#include "sse_bench.h"
#include "stream_bench.h"

namespace throughline::bench {
namespace {

using Clock = std::chrono::steady_clock;
using EvidenceStub = evidence::v1::EvidenceService::Stub;

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

int64_t BytesIn(const std::filesystem::path& folder) {
  int64_t bytes = 0;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    if (file.path().extension() == ".db") bytes += static_cast<int64_t>(file.file_size());
  }
  return bytes;
}

// An embedded host on a clock that stands on a school day, and the raw library beside it.
struct Bench {
  explicit Bench(const std::filesystem::path& folder)
      : data(folder / "data"),
        clock(*core::ParseInstant("2024-09-20T12:00:00Z")),
        raw(folder / "raw") {
    auto opened = OpenEmbeddedHost({.data = data, .listen = "", .clock = &clock});
    if (!opened) throw std::runtime_error(opened.error().message);
    host = std::move(*opened);
    connection.emplace(host->Channel());
  }

  // The next batches of results, several under way; seconds. In the cycles' window, or before.
  double Record(int batches, bool in_window) {
    const auto began = Clock::now();
    std::deque<std::future<core::Result<evidence::v1::IngestResultsResponse>>> under_way;
    for (int i = 0; i < batches; ++i, ++next) {
      if (under_way.size() == kUnderWay) {
        Must(under_way.front().get());
        under_way.pop_front();
      }
      const std::string date = in_window ? "2024-09-18" : PastDate(next * kBatch);
      under_way.push_back(std::async(std::launch::async, [this, date, number = next] {
        return Call(*connection->evidence, &EvidenceStub::IngestResults,
                    Batch(number, kBatch, date));
      }));
    }
    for (auto& answer : under_way) Must(answer.get());
    return Seconds(began);
  }

  // As many results, as rows of what was pushed or of this many bytes each.
  double InsertRaw(int batches, size_t bytes_each) {
    std::vector<std::vector<std::string>> rows(batches);
    for (int i = 0; i < batches; ++i) {
      const auto batch = Batch(i, kBatch, "2024-09-18");
      for (const auto& result : batch.results()) {
        std::string row = result.SerializeAsString();
        if (bytes_each > 0) row.resize(bytes_each, 'x');
        rows[i].push_back(std::move(row));
      }
    }
    const auto began = Clock::now();
    for (const auto& batch : rows) raw.Insert(batch);
    return Seconds(began);
  }

  std::filesystem::path data;
  runtime::ManualClock clock;
  RawSqlite raw;
  std::unique_ptr<platform::Host> host;
  std::optional<Connection> connection;
  int64_t next = 0;  // batch
};

void Throughput(Bench& bench, int rounds, size_t stored) {
  constexpr int kBatches = 24;
  bench.Record(kBatches, true);  // warm
  double ours = 0, pushed = 0, written = 0, cpu = 0;
  for (int round = 0; round < rounds; ++round) {
    const double before = CpuSeconds();
    ours += bench.Record(kBatches, true);
    bench.host->WaitUntilIdle();
    cpu += CpuSeconds() - before;
    pushed += bench.InsertRaw(kBatches, 0);
    written += bench.InsertRaw(kBatches, stored);
  }
  const double results = static_cast<double>(rounds) * kBatches * kBatch;
  const auto print = [&](const char* what, double theirs) {
    fmt::print("recorded {:>7.0f}/s   {} {:>7.0f}/s   ratio {:.2f} (goal >= 0.5)\n", results / ours,
               what, results / theirs, theirs / ours);
  };
  print("bare SQLite, the bytes pushed", pushed);
  print(fmt::format("bare SQLite, the {} bytes a result that are stored", stored).c_str(), written);
  fmt::print("CPU {:>12.1f} us a result\n", cpu / results * 1e6);
}

// A second result of the window for every student of some classes, in turn through the schools,
// while sums of schools and of the district follow every second of the clock. CPU microseconds a
// result.
double PooledCost(const std::filesystem::path& folder, DistrictSize size) {
  constexpr int kPushed = 360;  // classes
  std::filesystem::create_directories(folder);
  Bench bench(folder);
  Found(*bench.connection, size);
  for (int school = 0; school < size.schools; ++school) {
    Schedule(*bench.connection, school, "2024-09-09", size);
  }
  double cpu = 0;
  const auto push = [&](const std::string& date, double score, int classes) {
    for (int i = 0; i < classes; ++i) {
      const int one = i / size.schools % size.classes;
      Must(
          Call(*bench.connection->evidence, &EvidenceStub::IngestResults,
               ClassBatch(i % size.schools, date, score + i / (size.schools * size.classes), one)));
      if (i % 12 == 11) bench.clock.Set(bench.clock.Now() + std::chrono::seconds(2));
    }
    bench.host->WaitUntilIdle();
  };
  const int all = size.schools * size.classes;
  push("2024-08-20", 60, all);
  push("2024-09-11", 61, all);
  const double before = CpuSeconds();
  push("2024-09-18", 62, kPushed);
  cpu = CpuSeconds() - before;
  return cpu / (kPushed * kStudents) * 1e6;
}

// A result costs the same however many teams there are.
void PooledGaps(const std::filesystem::path& folder) {
  const double few = PooledCost(folder / "few", {4, 30});
  const double many = PooledCost(folder / "many", {84, 36});
  fmt::print("gaps of 4 schools and 120 teams    {:>9.1f} us of CPU a result\n", few);
  fmt::print("gaps of 84 schools and 3,024 teams {:>9.1f} us of CPU a result   ratio {:.2f}\n",
             many, many / few);
}

// The same host, the same batches; whichever comes second finds more in it, so they take turns.
void HttpAgainstGrpc(Bench& bench, int rounds) {
  constexpr int kBatches = 24;
  HttpPushes http(*bench.host);
  std::vector<double> ratios;
  double ours = 0, theirs = 0;
  for (int round = -1; round < rounds; ++round) {  // the first one only warms
    double took[2] = {0, 0};                       // over HTTP, over gRPC
    for (const bool over_http : {round % 2 == 0, round % 2 != 0}) {
      const auto began = Clock::now();
      if (over_http) {
        http.Push(bench.next, kBatches, kBatch, "2024-09-18");
        bench.next += kBatches;
      } else {
        bench.Record(kBatches, true);
      }
      took[over_http ? 0 : 1] = Seconds(began);
      bench.host->WaitUntilIdle();
    }
    if (round < 0) continue;
    ours += took[0];
    theirs += took[1];
    ratios.push_back(took[1] / took[0]);
  }
  const double results = static_cast<double>(rounds) * kBatches * kBatch;
  fmt::print(
      "pushed as JSON over HTTP {:>7.0f}/s   gRPC {:>7.0f}/s   ratio {:.2f}, worst {:.2f} "
      "(goal >= 0.6)\n",
      results / ours, results / theirs, Percentile(ratios, 0.5), Percentile(ratios, 0));
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
    Schedule(*bench.connection, school, "2024-09-09");
    bench.host->WaitUntilIdle();
    const auto began = Clock::now();
    Must(Call(*bench.connection->evidence, &EvidenceStub::IngestResults,
              ClassBatch(school, "2024-09-11", 40)));
    notifications::v1::WatchAlertsResponse response;
    while (stream->Read(&response)) {
      if (response.has_raised() && response.raised().alert().school() == SchoolName(school)) break;
    }
    ours.push_back(Seconds(began) * 1e3);
    bench.host->WaitUntilIdle();
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

// Bytes that a result comes to in the journal.
size_t History(Bench& bench, int64_t base) {
  constexpr int kBatches = 24;
  std::vector<double> costs;
  int64_t bytes = 0, results = 0;
  for (int64_t history : {base, base * 10, base * 100}) {
    while (bench.next * kBatch < history) bench.Record(kBatches, false);
    bench.host->WaitUntilIdle();
    if (bytes == 0) {
      bytes = BytesIn(bench.data);
      results = bench.next * kBatch;
    }
    const double cpu = CpuSeconds();
    bench.Record(kBatches, true);
    bench.host->WaitUntilIdle();
    costs.push_back((CpuSeconds() - cpu) / (kBatches * kBatch) * 1e6);
    fmt::print("history {:>9}   {:>9.1f} us of CPU a result   ratio {:.2f}\n", history,
               costs.back(), costs.back() / costs.front());
    std::fflush(stdout);
  }
  fmt::print("100x the history costs {:.2f} times as much a result (goal <= 1.2)\n",
             costs.back() / costs.front());
  return (BytesIn(bench.data) - bytes) / (bench.next * kBatch - results);
}

}  // namespace
}  // namespace throughline::bench

int main(int argc, char** argv) {
  CLI::App app("Measures Throughline against the raw libraries, interleaved in one run.");
  int rounds = 5;
  int64_t history = 10'000;
  app.add_option("--rounds", rounds, "Rounds of throughput")->capture_default_str();
  app.add_option("--history", history, "Results that count as 1x history")->capture_default_str();
  throughline::bench::FanOutLoad fan_out;
  bool streams_only = false;
  app.add_option("--subscribers", fan_out.subscribers, "Readers of one stream")
      ->capture_default_str();
  bool pooled_only = false;
  app.add_flag("--pooled", pooled_only, "Measure the gaps of schools and of a large district only");
  app.add_flag("--streams", streams_only, "Measure the streams only");
  CLI11_PARSE(app, argc, argv);
  if (!pooled_only) {
    throughline::bench::FanOut(fan_out);
    throughline::bench::SseFanOut(fan_out);
  }
  if (streams_only) return 0;
  std::string name = (std::filesystem::temp_directory_path() / "bench.XXXXXX").string();
  const std::filesystem::path folder = mkdtemp(name.data());
  throughline::bench::PooledGaps(folder);
  if (!pooled_only) {
    throughline::bench::Bench bench(folder);
    throughline::bench::Found(*bench.connection);
    bench.host->WaitUntilIdle();
    throughline::bench::Latency(bench, folder);
    const size_t stored = throughline::bench::History(bench, history);
    throughline::bench::Throughput(bench, rounds, stored);
    throughline::bench::HttpAgainstGrpc(bench, rounds);
  }
  std::filesystem::remove_all(folder);
  return 0;
}
