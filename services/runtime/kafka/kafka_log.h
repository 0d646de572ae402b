// The Log on Apache Kafka, by librdkafka 2.0.
//
// Topics have to exist (topics.h makes and checks them): never compacted, and events kept for ever.
// Offsets are dense because nothing here uses transactions. Appending waits for as long as no
// broker answers; Interrupt, on the way out, ends that.
#pragma once

#include <shared_mutex>

#include "runtime/kafka/kafka_history.h"
#include "runtime/kafka/kafka_producer.h"
#include "runtime/kafka/kafka_tail.h"

namespace throughline::runtime::kafka {

class KafkaLog : public Log {
 public:
  static core::Result<std::unique_ptr<KafkaLog>> Open(const Settings& settings, FatalHandler fatal);

  core::Result<std::vector<Stretch>> Append(const std::vector<AppendTo>& batches) override;
  void AppendLater(AppendTo batch, Appended done) override;
  core::Result<std::vector<StoredRecord>> Read(const TopicPartition& from, int64_t offset,
                                               size_t max_records, size_t max_bytes) override;
  core::Result<int64_t> End(const TopicPartition& of) override;
  void Expect(const TopicPartition& of, int64_t end) override;
  int Listen(std::function<void(const TopicPartition&)> wake) override;
  void Unlisten(int listener) override;

  // Every call that waits ends with an error, now and later.
  void Interrupt();

 private:
  KafkaLog() = default;
  void Grown(const TopicPartition& at);

  std::shared_mutex listeners_mutex_;
  std::map<int, std::function<void(const TopicPartition&)>> listeners_;
  int next_listener_ = 1;
  std::unique_ptr<Tail> tail_;
  std::unique_ptr<History> history_;
  std::unique_ptr<Producer> producer_;  // destroyed first: what it still reports goes to the tail
};

}  // namespace throughline::runtime::kafka
