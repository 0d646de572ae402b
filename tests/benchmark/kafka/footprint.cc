#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "kafka/measures.h"
#include "runtime/redis/facts.h"

namespace throughline::bench {

namespace {

// What the services' topics take on the broker's disk.
int64_t LogBytes(const std::filesystem::path& data) {
  int64_t bytes = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(data)) {
    const std::string topic = entry.path().parent_path().filename();
    const bool ours = topic.starts_with("inbox.") || topic.starts_with("events.");
    if (ours && entry.path().extension() == ".log")
      bytes += static_cast<int64_t>(entry.file_size());
  }
  return bytes;
}

int64_t RedisBytes(const std::string& redis) {
  return Must(runtime::LookAtRedis({.addresses = {redis}})).front().used_bytes;
}

}  // namespace

void MeasureFootprint(Bench& bench) {
  const int batches = bench.quick ? 20 : 1000;
  const double results = static_cast<double>(batches) * kBatch;
  const DeploymentOptions& parts = bench.parts.options();
  std::vector<double> log, redis;
  for (int round = 0; round < std::min(bench.rounds, 2); ++round) {
    const int64_t logged = LogBytes(parts.kafka_data), stored = RedisBytes(parts.redis);
    Pushes pushes(bench.parts.connection(), 32);
    for (int i = 0; i < batches; ++i) pushes.Push(bench.batches.Next(1, true).front());
    pushes.Finish();
    log.push_back(static_cast<double>(LogBytes(parts.kafka_data) - logged) / results);
    redis.push_back(static_cast<double>(RedisBytes(parts.redis) - stored) / results);
  }
  bench.report.Add({.measure = "a result on the broker's disk",
                    .unit = "bytes",
                    .better = Better::kLess,
                    .ours = log,
                    .goal_absolute = 40,
                    .note = "commands and events of all services"});
  bench.report.Add({.measure = "a result in Redis",
                    .unit = "bytes",
                    .better = Better::kLess,
                    .ours = redis,
                    .goal_absolute = 60});
  for (const auto& [service, bytes] : bench.parts.ResidentBytes()) {
    bench.report.Add({.measure = "memory of " + service,
                      .unit = "MB",
                      .better = Better::kLess,
                      .ours = {static_cast<double>(bytes) / 1e6}});
  }
}

}  // namespace throughline::bench
