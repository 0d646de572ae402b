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
  void AppendAsync(AppendTo batch, Appended done) override;
  core::Result<std::vector<StoredRecord>> Read(const TopicPartition& from, int64_t offset,
                                               size_t max_records, size_t max_bytes) override;
  core::Result<std::vector<StoredRecord>> ReadHistory(const TopicPartition& from, int64_t offset,
                                                      size_t max_records,
                                                      size_t max_bytes) override;
  core::Result<int64_t> End(const TopicPartition& of) override;
  void Expect(const TopicPartition& of, int64_t end) override;
  int Listen(std::function<void(const TopicPartition&)> wake) override;
  void Unlisten(int listener) override;

  // Every call that waits ends with an error, now and later.
  void Interrupt();

 private:
  KafkaLog() = default;
  void OnAppended(const TopicPartition& at);
  core::Result<Tail*> TailOf(const std::string& topic);
  Tail* FindTail(const std::string& topic);
  void Note(const AppendTo& batch, const Stretch& at);  // this process appended it

  Settings settings_;
  FatalHandler fatal_;
  std::shared_mutex listeners_mutex_;
  std::map<int, std::function<void(const TopicPartition&)>> listeners_;
  int next_listener_ = 1;
  // A topic has its own, made when it is first used. A broker looks at all partitions that a fetch
  // names whenever one of them has grown: those of all topics in one fetch cost it, and with that
  // every record, several times as much.
  std::shared_mutex tails_mutex_;
  std::map<std::string, std::unique_ptr<Tail>> tails_;
  bool interrupted_ = false;
  std::unique_ptr<History> history_;
  std::unique_ptr<History> apart_;      // a consumer of its own for those who read from far back
  std::unique_ptr<Producer> producer_;  // destroyed first: what it still reports goes to a tail
};

}  // namespace throughline::runtime::kafka
