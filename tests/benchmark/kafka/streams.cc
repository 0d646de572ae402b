#include "kafka/measures.h"
#include "stream_bench.h"

namespace throughline::bench {

namespace {

// One way to the readers beside another.
struct Comparison {
  const char* what;
  const std::vector<double>& ours;
  const char* against;
  const std::vector<double>& theirs;
  double goal;
};

}  // namespace

void MeasureStreams(Bench& bench) {
  FanOutLoad load;
  // A round takes a second, and a machine with two cores needs many to agree with itself.
  load.rounds = bench.quick ? 1 : 4 * bench.rounds + 1;
  if (bench.quick) load.subscribers = 50;
  const FanOutFindings found = MeasureFanOut(load);
  for (const Comparison& one :
       {Comparison{"to 1,000 subscribers, one by one", found.ours.apart, "bare gRPC stream",
                   found.bare.apart, 0.8},
        Comparison{"to 1,000 subscribers, in a burst", found.ours.together, "bare gRPC stream",
                   found.bare.together, 0.8},
        Comparison{"with a stalled one, one by one", found.with_one_stalled.apart, "without",
                   found.ours.apart, 0.95},
        Comparison{"with a stalled one, in a burst", found.with_one_stalled.together, "without",
                   found.ours.together, 0.95}}) {
    bench.report.Add({.measure = one.what,
                      .unit = "messages/s",
                      .ours = one.ours,
                      .against = one.against,
                      .theirs = one.theirs,
                      .goal = one.goal});
  }
}

}  // namespace throughline::bench
