#include <thread>

#include "columns/result_columns.h"
#include "kafka/measures.h"
#include "kafka/raw_kafka.h"
#include "throughline/evidence/v1/evidence_events.pb.h"

namespace throughline::bench {

namespace {

constexpr size_t kUnderWay = 64;
constexpr auto kPatience = std::chrono::seconds(60);

using Requests = std::vector<evidence::v1::IngestResultsRequest>;

// Results in the events that have come out so far.
class Recorded {
 public:
  explicit Recorded(const runtime::kafka::Settings& settings)
      : consumer_(settings, {"events.evidence"}, RawConsumer::From::kEnd) {}

  void WaitFor(int64_t results) {
    const auto began = std::chrono::steady_clock::now();
    while (results_ < results) {
      consumer_.Poll(100, [this](const rd_kafka_message_t& message) { Count(message); });
      if (std::chrono::steady_clock::now() - began > kPatience) {
        throw std::runtime_error("events of acknowledged results are missing");
      }
    }
    results_ -= results;
  }

 private:
  void Count(const rd_kafka_message_t& message) {
    rd_kafka_headers_t* headers = nullptr;
    const void* type = nullptr;
    size_t size = 0;
    if (rd_kafka_message_headers(&message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR ||
        rd_kafka_header_get_last(headers, "ce_type", &type, &size) != RD_KAFKA_RESP_ERR_NO_ERROR ||
        std::string_view(static_cast<const char*>(type), size) !=
            "throughline.evidence.ResultsRecorded.v1") {
      return;
    }
    evidence::v1::ResultsRecorded recorded;
    recorded.ParseFromArray(message.payload, static_cast<int>(message.len));
    results_ += columns::RowsOf(recorded).size();
  }

  RawConsumer consumer_;
  int64_t results_ = 0;
};

constexpr int kRawTimes = 5;  // the bytes are sent so often, or it would be over in no time

// The same bytes through bare librdkafka and out again; seconds for once.
double Raw(const runtime::kafka::Settings& settings, const Requests& requests, bool one_by_one) {
  MakeTopic(settings, "bench.raw");
  std::vector<std::vector<std::string>> values(requests.size());
  int64_t expected = 0;
  for (size_t i = 0; i < requests.size(); ++i) {
    if (!one_by_one) values[i].push_back(requests[i].SerializeAsString());
    for (int r = 0; one_by_one && r < requests[i].results_size(); ++r) {
      values[i].push_back(requests[i].results(r).SerializeAsString());
    }
    expected += kRawTimes * static_cast<int64_t>(values[i].size());
  }
  RawProducer producer(settings, 5);
  RawConsumer consumer(settings, {"bench.raw"}, RawConsumer::From::kEnd);
  const auto began = std::chrono::steady_clock::now();
  std::thread consuming([&] {
    int64_t came = 0;
    while (came < expected && SecondsSince(began) < 60) {
      came += static_cast<int64_t>(consumer.Poll(100, [](const rd_kafka_message_t&) {}));
    }
  });
  for (size_t i = 0; i < kRawTimes * values.size(); ++i) {
    for (const std::string& value : values[i % values.size()]) {
      producer.Send("bench.raw", static_cast<int32_t>(i % 24), value);
    }
  }
  producer.Flush();
  consuming.join();
  return SecondsSince(began) / kRawTimes;
}

}  // namespace

void MeasureThroughput(Bench& bench) {
  const int batches = bench.quick ? 8 : 200;
  const double results = static_cast<double>(batches) * kBatch;
  Connection& connection = bench.parts.connection();
  Recorded recorded(bench.parts.kafka());
  std::vector<double> ours, singles, wholes;
  Cpu cpu;
  for (int round = -1; round < bench.rounds; ++round) {  // the first one only warms
    const Requests requests = bench.batches.Next(batches, true);
    const Cpu before = bench.parts.CpuSoFar();
    const auto began = std::chrono::steady_clock::now();
    Pushes pushes(connection, kUnderWay);
    for (const auto& request : requests) pushes.Push(request);
    pushes.Finish();
    recorded.WaitFor(static_cast<int64_t>(results));
    const double seconds = SecondsSince(began);
    const Cpu used = bench.parts.CpuSoFar() - before;
    const double single = Raw(bench.parts.kafka(), requests, true);
    const double whole = Raw(bench.parts.kafka(), requests, false);
    if (round < 0) continue;
    cpu = cpu + used;
    ours.push_back(results / seconds);
    singles.push_back(results / single);
    wholes.push_back(results / whole);
  }
  bench.results_per_second = MedianOf(ours);
  bench.report.Add({.measure = "results recorded",
                    .unit = "/s",
                    .ours = ours,
                    .against = "bare librdkafka, a message a result",
                    .theirs = singles,
                    .goal = 0.5,
                    .goal_absolute = 100'000,
                    .cpu = cpu,
                    .events = results * bench.rounds,
                    .event = "result"});
  bench.report.Add({.measure = "results recorded, for information",
                    .unit = "/s",
                    .ours = ours,
                    .against = "bare librdkafka, a message a batch",
                    .theirs = wholes});
}

}  // namespace throughline::bench
