#include "runtime/kafka_redis/kafka_redis_journal.h"

#include "runtime/kafka/consumer_group.h"
#include "runtime/kafka/topics.h"

namespace throughline::runtime {

using core::Result;

Result<std::unique_ptr<KafkaRedisJournal>> KafkaRedisJournal::Open(KafkaRedisOptions options) {
  std::unique_ptr<KafkaRedisJournal> journal(new KafkaRedisJournal(std::move(options)));
  const KafkaRedisOptions& wanted = journal->options_;
  auto made = kafka::MakeTopics(wanted.kafka, kafka::TopicsOf(wanted.services, wanted.partitions));
  if (!made) return core::Refuse(made.error());
  auto store = RedisStore::Open(wanted.redis);
  if (!store) return core::Refuse(store.error());
  journal->store_ = std::move(*store);
  auto log = kafka::KafkaLog::Open(wanted.kafka, wanted.fatal);
  if (!log) return core::Refuse(log.error());
  journal->log_ = std::move(*log);
  return journal;
}

Result<std::unique_ptr<Ownership>> KafkaRedisJournal::Share(const std::string& service, int32_t) {
  auto group =
      kafka::ConsumerGroup::Make(options_.kafka, {service, options_.replica}, options_.fatal);
  if (!group) return core::Refuse(group.error());
  return std::unique_ptr<Ownership>(std::move(*group));
}

}  // namespace throughline::runtime
