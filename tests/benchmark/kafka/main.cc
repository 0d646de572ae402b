// Measures Throughline as a district deploys it, on a Kafka and a Redis that already run, against
// the raw libraries on the same broker, interleaved in one run. `deploy/bench --kafka` starts all.
#include <CLI/CLI.hpp>
#include <iostream>

#include "kafka/measures.h"
#include "kafka/raw_kafka.h"

namespace throughline::bench {
namespace {

// In this order: history before there is any, and what loses it last.
const std::vector<std::pair<std::string, void (*)(Bench&)>> kMeasures = {
    {"history", MeasureHistory},     {"throughput", MeasureThroughput}, {"command", MeasureCommand},
    {"alert", MeasureAlert},         {"district", MeasureDistrict},     {"streams", MeasureStreams},
    {"footprint", MeasureFootprint}, {"rebuild", MeasureRebuild}};

struct Options {
  DeploymentOptions deployment;
  int rounds = 5;
  bool quick = false, json = false;
  std::vector<std::string> only;
};

void AddOptions(CLI::App& app, Options& options) {
  DeploymentOptions& parts = options.deployment;
  app.add_option("--folder", parts.folder, "For the services' logs")->required();
  app.add_option("--binaries", parts.binaries, "Where the services' programs are")->required();
  app.add_option("--scripts", parts.scripts, "Where large_district.py is")->required();
  app.add_option("--kafka", parts.kafka, "Address of the broker")->required();
  app.add_option("--kafka-pid", parts.kafka_pid, "Its process")->required();
  app.add_option("--kafka-data", parts.kafka_data, "Where it keeps its topics")->required();
  app.add_option("--redis", parts.redis, "Address of the Redis")->required();
  app.add_option("--redis-pid", parts.redis_pid, "Its process")->required();
  app.add_option("--workers", parts.workers, "Of each service; 0: as it does by itself")
      ->capture_default_str();
  app.add_option("--rounds", options.rounds, "Of each measure")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_flag("--quick", options.quick, "Seconds: whether it runs, not how well");
  app.add_flag("--json", options.json, "All figures as JSON to stdout");
  std::vector<std::string> names;
  for (const auto& [name, measure] : kMeasures) names.push_back(name);
  app.add_option("--only", options.only, "Only this measure; may be repeated")
      ->check(CLI::IsMember(names));
}

void Measure(const Options& options) {
  Report report(options.json);
  Deployment parts(options.deployment);
  WarmBroker(parts.kafka(), options.quick ? 200 : 10'000);
  Found(parts.connection());
  for (int school = 0; school < kSchools; ++school) {
    Schedule(parts.connection(), school, CycleStart());
  }
  Bench bench{.parts = parts, .report = report, .rounds = options.rounds, .quick = options.quick};
  for (const auto& [name, measure] : kMeasures) {
    if (!options.only.empty() &&
        std::find(options.only.begin(), options.only.end(), name) == options.only.end()) {
      continue;
    }
    report.Say(name);
    measure(bench);
  }
  report.Finish();
}

}  // namespace
}  // namespace throughline::bench

int main(int argc, char** argv) {
  CLI::App app("Measures Throughline on Kafka and Redis; see deploy/bench.");
  throughline::bench::Options options;
  AddOptions(app, options);
  CLI11_PARSE(app, argc, argv);
  if (options.quick) options.rounds = 1;
  try {
    throughline::bench::Measure(options);
  } catch (const std::exception& failure) {
    std::cerr << failure.what() << '\n';
    return 1;
  }
  return 0;
}
