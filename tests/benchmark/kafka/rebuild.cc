#include <hiredis/hiredis.h>

#include <array>

#include "kafka/measures.h"
#include "kafka/raw_kafka.h"
#include "runtime/partitioner.h"
#include "runtime/redis/address.h"

namespace throughline::bench {

namespace {

void FlushAll(const std::string& redis) {
  const auto address = Must(runtime::redis::ParseAddress(redis));
  const std::unique_ptr<redisContext, void (*)(redisContext*)> context(
      redisConnect(address.host.c_str(), address.port), redisFree);
  const std::unique_ptr<redisReply, void (*)(void*)> reply(
      static_cast<redisReply*>(redisCommand(context.get(), "FLUSHALL")),
      [](void* answer) { freeReplyObject(answer); });
  if (!reply || reply->type == REDIS_REPLY_ERROR) throw std::runtime_error("Redis keeps its data");
}

// A school on each partition. They need not exist: the answer comes from the partition's owner,
// once it has taken over.
std::array<std::string, 24> SchoolOfEachPartition() {
  std::array<std::string, 24> schools;
  size_t found = 0;
  for (int i = 0; found < schools.size(); ++i) {
    const std::string school = "rebuilt" + std::to_string(i);
    const auto partition =
        static_cast<size_t>(runtime::PartitionOf(std::string(kDistrict) + "/" + school, 24));
    if (!schools.at(partition).empty()) continue;
    schools.at(partition) = school;
    ++found;
  }
  return schools;
}

void WaitUntilEveryPartitionAnswers(Connection& connection) {
  struct Asked {
    grpc::ClientContext context;
    evidence::v1::ReleaseQuarantineRequest request;
    evidence::v1::ReleaseQuarantineResponse response;
  };
  std::array<Asked, 24> asked;
  std::mutex mutex;
  std::condition_variable changed;
  size_t answered = 0;
  const auto schools = SchoolOfEachPartition();
  for (size_t p = 0; p < asked.size(); ++p) {
    asked.at(p).context.set_wait_for_ready(true);
    asked.at(p).request.set_district(kDistrict);
    asked.at(p).request.set_school(schools.at(p));
    connection.evidence->async()->ReleaseQuarantine(&asked.at(p).context, &asked.at(p).request,
                                                    &asked.at(p).response, [&](grpc::Status) {
                                                      const std::lock_guard lock(mutex);
                                                      ++answered;
                                                      changed.notify_all();
                                                    });
  }
  std::unique_lock lock(mutex);
  changed.wait(lock, [&] { return answered == asked.size(); });
}

}  // namespace

void MeasureRebuild(Bench& bench) {
  constexpr int kRoundsAtMost = 3;  // each takes as long as all that was recorded wants
  const int rounds = std::min(bench.rounds, kRoundsAtMost);
  std::vector<double> ours, theirs;
  Cpu cpu;
  double all = 0;
  for (int round = 0; round < rounds; ++round) {
    auto began = std::chrono::steady_clock::now();
    RawConsumer consumer(bench.parts.kafka(), {"events.evidence"}, RawConsumer::From::kBeginning);
    const auto events = static_cast<double>(consumer.present());
    for (int64_t came = 0; came < consumer.present();) {
      came += static_cast<int64_t>(consumer.Poll(100, [](const rd_kafka_message_t&) {}));
    }
    theirs.push_back(events / SecondsSince(began));
    bench.parts.Stop("evidence");
    FlushAll(bench.parts.options().redis);
    const Cpu before = bench.parts.CpuSoFar();
    began = std::chrono::steady_clock::now();
    bench.parts.Start("evidence");
    bench.parts.WaitUntilAllAnswer();
    WaitUntilEveryPartitionAnswers(bench.parts.connection());
    ours.push_back(events / SecondsSince(began));
    cpu = cpu + (bench.parts.CpuSoFar() - before);
    all += events;
    // The others lost theirs, too. Not timed.
    for (const char* service : {"plans", "cycles", "notifications"}) {
      bench.parts.Stop(service);
      bench.parts.Start(service);
    }
    bench.parts.WaitUntilAllAnswer();
  }
  bench.report.Add({.measure = "rebuild of an emptied Redis",
                    .unit = "events/s",
                    .ours = ours,
                    .against = "bare consume",
                    .theirs = theirs,
                    .goal = 0.3,
                    .cpu = cpu,
                    .events = all,
                    .event = "event",
                    .note = std::to_string(static_cast<int64_t>(all / rounds)) +
                            " events a round, from the start of the process on"});
}

}  // namespace throughline::bench
