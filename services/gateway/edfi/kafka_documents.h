// Reads the topic of one instance of Ed-Fi's Data Management Service, and hands what it says on.
//
// Members of one consumer group share the partitions. A place is committed only after what stands
// before it was delivered, so that whatever dies, records are read again and none is left out; what
// is delivered twice changes nothing, and nothing old replaces what is newer (kafka_batch.h). A
// record that is not understood is named in the log by its offset, counted, and left behind: it
// never blocks those after it. The first time, reading begins at the earliest record, as the
// contract of a compacted topic wants.
//
// A broker that is away, or a topic that is not there yet, is waited for: the log says so once, and
// again when it is over.
//
// One thread of its own reads and delivers. The destructor waits a few seconds at most until it has
// come to its end; what is not committed by then is read again.
#pragma once

#include <atomic>
#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "gateway/edfi/kafka_record.h"
#include "runtime/kafka/kafka_client.h"

namespace throughline::gateway::edfi {

struct KafkaDocumentsOptions {
  runtime::kafka::Settings settings;  // bootstrap.servers, security.protocol, …
  std::string topic;
  std::string group = "throughline.edfi";
  size_t records_at_most = 200;  // in one delivery
  size_t bytes_at_most = 8 << 20;
  std::chrono::milliseconds linger{100};  // for a delivery to fill up
  std::chrono::milliseconds first_retry{100};
  std::chrono::milliseconds longest_retry{10'000};
  // When nothing comes, after how long it is looked whether anything could.
  std::chrono::milliseconds look_every{5'000};
};

class KafkaDocuments {
 public:
  // Blocks until it is done with, or `stopping`; says how much of it could not be used. An error is
  // tried again, for as long as it takes: it returns one only for what may be better later.
  using Deliver = std::function<core::Result<int64_t>(std::vector<DocumentState>,
                                                      const std::atomic<bool>& stopping)>;

  // INVALID_ARGUMENT with librdkafka's words when a setting is wrong.
  static core::Result<std::unique_ptr<KafkaDocuments>> Start(KafkaDocumentsOptions options,
                                                             Deliver deliver,
                                                             runtime::kafka::FatalHandler fatal);
  ~KafkaDocuments();

  int64_t delivered() const { return delivered_; }      // records, since the start
  int64_t left_behind() const { return left_behind_; }  // what could not be used, since the start
  int64_t waiting() const { return waiting_; }          // records, as far as the broker has said
  bool reading() const { return reading_; }             // false: nothing can come now

 private:
  KafkaDocuments(KafkaDocumentsOptions options, Deliver deliver)
      : options_(std::move(options)), deliver_(std::move(deliver)) {}
  using Message = runtime::kafka::Owned<rd_kafka_message_t>;

  void Run();
  void GoRound();
  Message Next(int wait_ms);
  void Gather();
  std::vector<DocumentState> Read();
  bool DeliverAll(const std::vector<DocumentState>& states);
  void WaitToRetry(std::chrono::milliseconds wait);
  void Commit();
  void Count();
  void Look();
  void ReportIssue(const std::string& issue);

  const KafkaDocumentsOptions options_;
  const Deliver deliver_;
  std::unique_ptr<runtime::kafka::Client> client_;
  std::deque<Message> held_;       // came while a delivery was waiting to be tried again
  std::vector<Message> gathered_;  // what is being delivered
  std::atomic<int64_t> delivered_{0};
  std::string issue_;  // as it was last logged
  std::chrono::steady_clock::time_point look_at_;
  std::atomic<int64_t> left_behind_{0};
  std::atomic<int64_t> waiting_{0};
  std::atomic<bool> reading_{false};
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace throughline::gateway::edfi
