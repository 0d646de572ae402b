// Bare librdkafka, to compare with: no envelope, no state, no rules; the same guarantees of the
// broker (idempotent, acknowledged by all). A producer and a consumer belong to one thread each.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "runtime/kafka/kafka_client.h"

namespace throughline::bench {

// With 24 partitions; nothing when there is one already.
void MakeTopic(const runtime::kafka::Settings& settings, const std::string& topic);

// The broker has compiled what every message takes; without that, what comes first looks dear.
void WarmBroker(const runtime::kafka::Settings& settings, int messages);

class RawProducer {
 public:
  // `linger_ms` as librdkafka has it: 0 for one message at a time, more for many.
  RawProducer(runtime::kafka::Settings settings, int linger_ms);
  ~RawProducer() { rd_kafka_flush(client_->raw(), 10'000); }
  // Waits only for room in the queue.
  void Send(const std::string& topic, int32_t partition, const std::string& value);
  // Until all that was sent is acknowledged; throws when one is refused.
  void Flush();

 private:
  std::unique_ptr<runtime::kafka::Client> client_;
};

class RawConsumer {
 public:
  enum class From { kBeginning, kEnd };
  using Take = std::function<void(const rd_kafka_message_t& message)>;

  // All partitions of the topics.
  RawConsumer(runtime::kafka::Settings settings, const std::vector<std::string>& topics, From from);
  ~RawConsumer();
  // What has come, waiting for the first of it for so long at most; how many.
  size_t Poll(int wait_ms, const Take& take);
  // Messages in the topics when this was made.
  int64_t present() const { return present_; }

 private:
  std::unique_ptr<runtime::kafka::Client> client_;
  runtime::kafka::Owned<rd_kafka_queue_t> queue_;
  std::vector<runtime::TopicPartition> followed_;
  int64_t present_ = 0;
};

}  // namespace throughline::bench
