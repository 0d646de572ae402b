// The journal of a large district: the log on Kafka, the store in Redis, and a consumer group for
// each service whose replicas share its partitions. Thread-safe.
#pragma once

#include <memory>
#include <string>

#include "runtime/kafka/kafka_log.h"
#include "runtime/redis/redis_store.h"

namespace throughline::runtime {

struct KafkaRedisOptions {
  kafka::Settings kafka;  // bootstrap.servers, and other settings of librdkafka
  RedisOptions redis;
  std::string replica;                // see kafka::Membership; empty: any name will do
  std::vector<std::string> services;  // whose topics are made when they do not exist
  int32_t partitions = 24;
  // Told of a fault that the clients cannot recover from; the process has to end.
  kafka::FatalHandler fatal;
};

class KafkaRedisJournal : public Journal {
 public:
  // Makes or checks the topics and checks the Redises first; the error is a sentence for people.
  static core::Result<std::unique_ptr<KafkaRedisJournal>> Open(KafkaRedisOptions options);

  Log& log() override { return *log_; }
  Store& store() override { return *store_; }
  core::Result<std::unique_ptr<Ownership>> Share(const std::string& service,
                                                 int32_t partitions) override;
  void Interrupt() override { log_->Interrupt(); }

 private:
  explicit KafkaRedisJournal(KafkaRedisOptions options) : options_(std::move(options)) {}

  KafkaRedisOptions options_;
  std::unique_ptr<kafka::KafkaLog> log_;
  std::unique_ptr<RedisStore> store_;
};

}  // namespace throughline::runtime
