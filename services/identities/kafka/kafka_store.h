// The vault's records and keys on Kafka, one partition each.
//
//   identities        records by key, compacted
//   identities.keys   the whole key ring in each record, with a version that is one higher each
//   time.
//                     Of those with the same version the first counts: that is the compare and set.
//                     Once a ring has taken the place of another, everything before it is deleted
//                     (DeleteRecords), so that the first record that is there always counts.
//
// A record that was deleted can be read by nobody any more; the brokers delete the file that it is
// in when they look the next time (log.retention.check.interval.ms, five minutes).
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "identities/identity_store.h"
#include "identities/kafka/partition_reader.h"
#include "identities/kafka/record_producer.h"
#include "runtime/kafka/topics.h"

namespace throughline::identities {

struct KafkaIdentityStoreOptions {
  runtime::kafka::Settings kafka;  // as the log's
  // Told of a fault that the clients cannot recover from; the process has to end.
  runtime::kafka::FatalHandler fatal;
  std::string prefix = {};  // of the topics' names
};

// Both, as they are made.
std::vector<runtime::kafka::Topic> IdentityTopics(const std::string& prefix);

class KafkaIdentityStore final : public IdentityStore {
 public:
  // Makes or checks the topics first; the error is a sentence for people.
  static core::Result<std::unique_ptr<KafkaIdentityStore>> Open(KafkaIdentityStoreOptions options);

  core::Result<int64_t> Put(const std::vector<StoredIdentity>& records) override;
  core::Result<std::vector<StoredIdentity>> Read(int64_t position, size_t limit) override;
  core::Result<int64_t> End() override;
  int64_t Version() override;
  core::Result<std::vector<std::pair<std::string, std::string>>> Keys() override;
  core::Result<void> ReplaceKeys(const std::string& district,
                                 const std::optional<std::string>& expected,
                                 const std::string& value) override;

 private:
  explicit KafkaIdentityStore(KafkaIdentityStoreOptions options);
  // Reads the rings up to the end, and sees to it that those before the latest are deleted.
  core::Result<void> CatchUp();
  core::Result<void> ReadRings();
  void Take(const rd_kafka_message_t& message);

  const KafkaIdentityStoreOptions options_;
  const std::string records_topic_, keys_topic_;
  std::unique_ptr<runtime::kafka::Client> consumer_;
  std::atomic<int64_t> read_{0};  // records and rings

  std::mutex reading_;  // guards records_
  std::unique_ptr<PartitionReader> records_;

  std::mutex keys_mutex_;  // guards the rest
  std::unique_ptr<PartitionReader> rings_;
  int64_t next_ = 0;        // offset of the next ring to read
  bool has_begun_ = false;  // the first that is there was read
  int64_t version_ = 0;     // of the ring that counts
  int64_t at_ = 0;          // its offset
  std::map<std::string, std::string> ring_;
  std::set<int64_t> counted_;  // offsets of rings that counted when they were read

  std::unique_ptr<RecordProducer> producer_;
};

}  // namespace throughline::identities
