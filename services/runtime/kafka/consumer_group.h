// Partition ownership by a Kafka consumer group: the members of group throughline.<service>, each a
// replica of the service, share the partitions of its inbox. The group only says who has which;
// records are read by the log, and positions live in the store.
#pragma once

#include <atomic>
#include <thread>

#include "runtime/kafka/kafka_client.h"
#include "runtime/ownership.h"

namespace throughline::runtime::kafka {

struct Membership {
  std::string service;
  // Unique among the replicas and the same after a restart (group.instance.id): a replica that is
  // back within the session has its partitions again without a rebalance. Empty: not static.
  std::string replica;
  std::chrono::milliseconds session{6000};
};

class ConsumerGroup : public Ownership {
 public:
  static core::Result<std::unique_ptr<ConsumerGroup>> Make(const Settings& settings,
                                                           const Membership& membership,
                                                           FatalHandler fatal);
  ~ConsumerGroup() override;
  void Start(Partitions assigned, Partitions revoked) override;
  void Stop() override;
  // Between a revocation and the next assignment it is not; a member for which no partition is left
  // is assigned none, and is.
  bool Settled() const override { return settled_; }

 private:
  ConsumerGroup() = default;
  void Poll();
  void Rebalance(rd_kafka_resp_err_t what, rd_kafka_topic_partition_list_t* partitions);
  static void OnRebalance(rd_kafka_t*, rd_kafka_resp_err_t what,
                          rd_kafka_topic_partition_list_t* partitions, void* opaque);

  std::string topic_;
  std::unique_ptr<Client> client_;
  Partitions assigned_, revoked_;
  std::atomic<bool> stopping_{false};
  std::atomic<bool> settled_{false};
  std::thread poll_;
};

}  // namespace throughline::runtime::kafka
