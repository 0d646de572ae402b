#include "kafka/measures.h"

namespace throughline::bench {

void MeasureHistory(Bench& bench) {
  const int64_t base = bench.quick ? 1'000 : 10'000;
  const int batches = bench.quick ? 4 : 60;
  Connection& connection = bench.parts.connection();
  const auto record = [&](int count, bool in_window) {
    Pushes pushes(connection, 32);
    for (const auto& request : bench.batches.Next(count, in_window)) pushes.Push(request);
    pushes.Finish();
  };
  record(batches, true);  // warm
  int64_t stored = static_cast<int64_t>(batches) * kBatch;
  double first = 0;
  for (const int64_t history : {base, base * 10, base * 100}) {
    while (stored < history) {
      const int count = static_cast<int>(std::min<int64_t>((history - stored) / kBatch + 1, 200));
      record(count, false);
      stored += static_cast<int64_t>(count) * kBatch;
    }
    std::vector<double> costs;
    Cpu cpu;
    for (int round = 0; round < bench.rounds; ++round) {
      const Cpu before = bench.parts.CpuSoFar();
      record(batches, true);
      const Cpu used = bench.parts.CpuSoFar() - before;
      stored += static_cast<int64_t>(batches) * kBatch;
      double all = 0;
      for (const auto& [part, seconds] : used) all += part == "client" ? 0 : seconds;
      costs.push_back(all / (batches * kBatch) * 1e6);
      cpu = cpu + used;
    }
    if (first == 0) first = MedianOf(costs);
    bench.report.Add({.measure = "CPU a result, " + std::to_string(history) + " stored",
                      .unit = "us",
                      .better = Better::kLess,
                      .ours = costs,
                      .against = "at 1x",
                      .theirs = std::vector<double>(costs.size(), first),
                      .goal = 1.2,
                      .cpu = cpu,
                      .events = static_cast<double>(bench.rounds) * batches * kBatch,
                      .event = "result"});
  }
}

}  // namespace throughline::bench
