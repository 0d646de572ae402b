// Appends to Kafka: idempotent, acknowledged by all in-sync replicas, in order per partition.
// Thread-safe. It waits for as long as the brokers are away; Interrupt ends that.
#pragma once

#include <atomic>
#include <condition_variable>
#include <map>
#include <thread>

#include "runtime/kafka/kafka_client.h"

namespace throughline::runtime::kafka {

class Producer {
 public:
  // Where the batch stands, or why it is not known to be there.
  using Done = std::function<void(core::Result<Stretch> at)>;

  static core::Result<std::unique_ptr<Producer>> Make(const Settings& settings, FatalHandler fatal);
  ~Producer();

  // `done` is called once, on the producer's thread or, when the batch is refused, on this one. It
  // must return at once. Blocks only while a hundred thousand records are under way.
  void Append(const AppendTo& batch, Done done);
  // Everything under way ends with an error, and so does every later Append.
  void Interrupt();

 private:
  struct Batch;
  Producer() = default;
  void Poll();
  bool Produce(const AppendTo& batch, const Record& record, Batch* waiting);
  static void OnDelivery(rd_kafka_t*, const rd_kafka_message_t* message, void* opaque);
  bool IsPlaceKnown(const rd_kafka_message_t& message);

  std::unique_ptr<Client> client_;
  std::atomic<bool> interrupted_{false};
  std::atomic<bool> stopping_{false};
  std::mutex room_mutex_;
  std::condition_variable room_;  // a record left the queue
  // By partition, where the broker last did not say where a record stands; of the polling thread.
  std::map<std::pair<rd_kafka_topic_t*, int32_t>, int64_t> unplaced_;
  std::thread poll_;
};

}  // namespace throughline::runtime::kafka
