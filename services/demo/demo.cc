// The demo: two districts of real data come in as OneRoster bundles, one of them with its results
// at once. Both are then lived through, day by day on simulated time, as their scripts say; the
// results of the other come on their days, as a SIS would push them.
#include "demo/demo.h"

#include <fmt/format.h>

#include <cstdio>
#include <fstream>
#include <iostream>

#include "core/time_zone.h"
#include "demo/life.h"
#include "demo/ou2013_bundle.h"
#include "demo/progress.h"
#include "demo/stage.h"
#include "demo/star_bundle.h"
#include "demo/summary.h"
#include "demo/watch.h"
#include "importing/importer.h"
#include "importing/request_ids.h"
#include "platform/host/stop_signal.h"
#include "throughline/command_line.h"

namespace throughline::demo {

namespace {

using core::Date;
using core::Result;
using Json = nlohmann::ordered_json;
using std::chrono::days;

struct DemoOptions {
  std::string data = "throughline-demo";
  std::string listen = "127.0.0.1:7400";
  std::string files = "deploy/demo";  // data and script
  std::string json;                   // file for the summary
  bool once = false;
  ConnectionOptions remote;  // connect: services that run already
};

constexpr int kResultsPerPush = 500;
constexpr std::chrono::hours kPushHour(9);  // local time at which a SIS pushes a day's results
constexpr std::chrono::hours kTeamsAfterPush(6);  // and so much later teams do their work

struct DemoScripts {
  DemoScript pushed;    // of the district whose results come day by day
  DemoScript imported;  // of the one whose results are there from the beginning
};

class DemoRun {
 public:
  DemoRun(const DemoOptions& options, const DemoScripts& scripts, const platform::StopSignal& stop)
      : options_(options), scripts_(scripts), script_(scripts.pushed), stop_(stop) {}

  Result<bool> Run();

 private:
  Result<void> Open();
  Result<void> Import();
  Result<void> ImportDistrict(const DemoScript& script, bool with_results);
  Result<bool> LiveThrough(Date from);
  Result<void> LiveDay(Date day);
  Result<void> PushDay(Date day);
  Result<void> Summarize();
  Result<void> MoveClock(core::Instant to);
  core::Instant PushTime(Date day) const {
    return core::StartOfDay(day, script_.time_zone) + kPushHour;
  }

  const DemoOptions& options_;
  const DemoScripts& scripts_;
  const DemoScript& script_;  // of the district whose results are pushed
  const platform::StopSignal& stop_;
  std::filesystem::path bundles_;
  std::unique_ptr<DemoStage> stage_;
  std::unique_ptr<DemoWatch> watch_, other_watch_;
  std::unique_ptr<DemoLife> life_, other_life_;
  std::map<Date, std::vector<oneroster::ResultRow>> days_;
  int64_t pushed_ = 0;
  double pushing_seconds_ = 0;
};

Result<void> DemoRun::Open() {
  // Before the first day anything may be imported; what is imported then was there before.
  const core::Instant start = PushTime(days_.begin()->first - days{2});
  auto stage = options_.remote.connect.empty()
                   ? OpenEmbeddedStage(options_.data, options_.once ? "" : options_.listen, start)
                   : OpenRemoteStage(options_.remote);
  if (!stage) return core::Refuse(stage.error());
  stage_ = std::move(*stage);
  return stage_->SetClock(start);
}

Result<void> DemoRun::ImportDistrict(const DemoScript& script, bool with_results) {
  const std::string& district = script.district;
  auto bundle = oneroster::BundleReader::Open(bundles_ / district);
  if (!bundle) return core::Refuse(bundle.error());
  importing::ImportOptions options;
  options.district = district;
  options.time_zone = script.time_zone;
  importing::ImportCounts counts;
  auto imported = importing::ImportReferences(
      *bundle, options, stage_->connection().ForImport(), [](const auto&) {}, counts);
  if (!imported) return imported;
  fmt::print("{}: {} schools, {} teams, {} classes, {} students, {} assessments.\n", district,
             counts.schools, counts.teams, counts.classes, counts.students, counts.assessments);
  std::fflush(stdout);
  if (!with_results) return {};
  auto results = bundle->OpenResults([](const auto&) {});
  if (!results) return core::Refuse(results.error());
  auto told = std::chrono::steady_clock::now();
  const auto progress = [&](const importing::ImportCounts& now) {
    if (std::chrono::steady_clock::now() - told < std::chrono::seconds(1)) return;
    told = std::chrono::steady_clock::now();
    fmt::print("{}: {} results so far.\n", district, now.results);
    std::fflush(stdout);
  };
  imported = importing::ImportResults(*std::move(results), options,
                                      stage_->connection().ForImport(), progress, counts);
  if (imported) fmt::print("{}: {} results.\n", district, counts.results);
  return imported;
}

Result<void> DemoRun::Import() {
  if (auto done = ImportDistrict(scripts_.imported, true); !done) return done;
  if (auto done = ImportDistrict(scripts_.pushed, false); !done) return done;
  if (auto settled = stage_->Settle(); !settled) return core::Refuse(settled.error());
  return WriteDemoProgress(options_.data, days_.begin()->first - days{2});
}

Result<bool> DemoRun::Run() {
  bundles_ = std::filesystem::path(options_.data) / "bundles";
  const std::filesystem::path data = std::filesystem::path(options_.files) / "data";
  auto written = WriteOu2013Bundle(data, bundles_ / "ou2013");
  if (!written) return core::Refuse(written.error());
  written = WriteStarBundle(data / "star.csv.gz", bundles_ / "star");
  if (!written) return core::Refuse(written.error());
  auto bundle = oneroster::BundleReader::Open(bundles_ / "ou2013");
  if (!bundle) return core::Refuse(bundle.error());
  auto results = bundle->OpenResults([](const auto&) {});
  if (!results) return core::Refuse(results.error());
  oneroster::ResultRow row;
  while (true) {
    auto more = results->Next(row);
    if (!more) return core::Refuse(more.error());
    if (!*more) break;
    days_[*row.score_date].push_back(row);
  }
  if (auto done = Open(); !done) return core::Refuse(done.error());
  auto progress = ReadDemoProgress(options_.data);
  if (!progress) return core::Refuse(progress.error());
  if (!*progress) {
    if (auto done = Import(); !done) return core::Refuse(done.error());
    progress = days_.begin()->first - days{2};
  }
  auto finished = LiveThrough(**progress + days{1});
  if (!finished || !*finished) return finished;
  if (auto done = Summarize(); !done) return core::Refuse(done.error());
  return true;
}

// Every moment at which a service has something to do by itself is lived, in order.
Result<void> DemoRun::MoveClock(core::Instant to) {
  auto due = stage_->Settle();
  while (due && *due && **due <= to) {
    if (auto set = stage_->SetClock(**due); !set) return set;
    due = stage_->Settle();
  }
  if (!due) return core::Refuse(due.error());
  if (auto set = stage_->SetClock(to); !set) return set;
  due = stage_->Settle();
  if (!due) return core::Refuse(due.error());
  return {};
}

Result<bool> DemoRun::LiveThrough(Date from) {
  // Whatever the moment of a crash, the day it fell on is lived again from the evening before.
  if (auto set = stage_->SetClock(PushTime(from - days{1})); !set) return core::Refuse(set.error());
  Connection& connection = stage_->connection();
  watch_ = std::make_unique<DemoWatch>(scripts_.pushed.district, connection);
  other_watch_ = std::make_unique<DemoWatch>(scripts_.imported.district, connection);
  life_ = std::make_unique<DemoLife>(scripts_.pushed, connection);
  other_life_ = std::make_unique<DemoLife>(scripts_.imported, connection);
  const Date last = std::min(script_.last_day, days_.rbegin()->first);
  for (Date day = from; day <= last; day += days{1}) {
    if (stop_.came()) {
      fmt::print("Stopped on {}; start it again to go on.\n", core::FormatDate(day));
      return false;
    }
    if (auto done = LiveDay(day); !done) return core::Refuse(done.error());
    const bool month_ends = std::chrono::year_month_day{day + days{1}}.day() == std::chrono::day{1};
    if (month_ends) {
      fmt::print("{}  {} results pushed so far.\n", core::FormatDate(day), pushed_);
      std::fflush(stdout);
    }
  }
  return true;
}

Result<void> DemoRun::LiveDay(Date day) {
  if (auto done = PushDay(day); !done) return done;
  if (auto done = MoveClock(PushTime(day) + kTeamsAfterPush); !done) return done;
  if (auto done = life_->Live(day); !done) return done;
  if (auto done = other_life_->Live(day); !done) return done;
  if (auto settled = stage_->Settle(); !settled) return core::Refuse(settled.error());
  return WriteDemoProgress(options_.data, day);
}

Result<void> DemoRun::PushDay(Date day) {
  auto results = days_.find(day);
  if (results == days_.end()) return {};
  core::Instant now = PushTime(day);
  for (size_t from = 0; from < results->second.size(); from += kResultsPerPush) {
    evidence::v1::IngestResultsRequest batch;
    batch.set_district(script_.district);
    batch.set_source("oneroster");
    const size_t to = std::min(from + kResultsPerPush, results->second.size());
    for (size_t i = from; i < to; ++i)
      *batch.add_results() = importing::ResultOf(results->second[i]);
    importing::Identify({"demo", core::FormatDate(day)}, batch);
    if (auto moved = MoveClock(now); !moved) return moved;
    const auto began = std::chrono::steady_clock::now();
    watch_->Pushing(now);
    auto answer = Call(*stage_->connection().evidence,
                       &evidence::v1::EvidenceService::Stub::IngestResults, batch);
    if (!answer) return core::Refuse(answer.error());
    if (auto settled = stage_->Settle(); !settled) return core::Refuse(settled.error());
    pushing_seconds_ +=
        std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    pushed_ += batch.results_size();
    now += std::chrono::seconds(1);
  }
  return {};
}

Result<void> DemoRun::Summarize() {
  auto summary = SummaryOf(script_.district, stage_->connection());
  if (!summary) return core::Refuse(summary.error());
  std::vector<double> latencies = watch_->Latencies();
  std::sort(latencies.begin(), latencies.end());
  const auto at = [&](double share) {
    return latencies.empty()
               ? 0.0
               : latencies[static_cast<size_t>(share * static_cast<double>(latencies.size() - 1))];
  };
  Json& numbers = summary->numbers;
  numbers["latency_ms"] = {{"p50", at(0.5)}, {"p99", at(0.99)}};
  numbers["results_per_second"] =
      pushing_seconds_ > 0 ? static_cast<double>(pushed_) / pushing_seconds_ : 0.0;
  auto imported = SummaryOf(scripts_.imported.district, stage_->connection());
  if (!imported) return core::Refuse(imported.error());
  // Its results were there before its teams began, so that none could set anything off.
  imported->numbers.erase("triggers_absent");
  const auto print = [&](const DemoScript& script, const DemoSummary& one) {
    std::cout << "\n";
    PrintForPeople(one, DistrictClock(script.time_zone), std::cout);
  };
  print(scripts_.pushed, *summary);
  print(scripts_.imported, *imported);
  numbers["also"] = imported->numbers;
  std::cout.flush();
  if (options_.json.empty()) return {};
  std::ofstream out(options_.json);
  out << numbers.dump(2) << "\n";
  out.close();
  if (out.fail()) {
    return core::Refuse(core::Error{core::Code::kUnavailable, "NOT_WRITTEN",
                                    options_.json + " cannot be written.", "json"});
  }
  return {};
}

int Demo(const DemoOptions& options) {
  const platform::StopSignal stop;
  const std::filesystem::path files(options.files);
  auto pushed = ReadDemoScript(files / "ou2013.json");
  if (!pushed) return Fail(pushed.error());
  auto imported = ReadDemoScript(files / "star.json");
  if (!imported) return Fail(imported.error());
  const DemoScripts scripts{*std::move(pushed), *std::move(imported)};
  DemoRun run(options, scripts, stop);
  auto finished = run.Run();
  if (!finished) return Fail(finished.error());
  if (!*finished || options.once) return kDone;
  if (!options.remote.connect.empty()) return kDone;
  fmt::print(
      "\nIt keeps serving at {}; look around, for example:\n"
      "  throughline show alerts --district {} --connect {}\nCtrl-C stops it.\n",
      options.listen, scripts.pushed.district, options.listen);
  std::fflush(stdout);
  stop.Wait();
  return kDone;
}

}  // namespace

void AddDemo(CommandLine& line) {
  auto options = std::make_shared<DemoOptions>();
  CLI::App& command =
      line.Add("demo", "Lives through two districts of real data, on simulated time",
               "  throughline demo\n"
               "  throughline demo --once --json summary.json",
               [options] { return Demo(*options); });
  command
      .add_option("--data", options->data,
                  "Directory with the data; a demo that was interrupted goes on")
      ->capture_default_str()
      ->type_name("DIR");
  command.add_option("--listen", options->listen, "Host and port to serve at afterwards")
      ->capture_default_str()
      ->type_name("ADDRESS");
  command.add_option("--files", options->files, "Directory with the demo's data and scripts")
      ->capture_default_str()
      ->type_name("DIR");
  command
      .add_option("--connect", options->remote.connect,
                  "Live on services that run already, with --simulated-clock, instead of in this "
                  "process")
      ->type_name("ADDRESS");
  command.add_flag("--once", options->once, "Exit after the summary");
  command.add_option("--json", options->json, "Write the summary to this file")->type_name("FILE");
}

}  // namespace throughline::demo
