// The topics of the log on Kafka: made when they do not exist, checked when they do.
#pragma once

#include <chrono>
#include <vector>

#include "runtime/kafka/kafka_client.h"

namespace throughline::runtime::kafka {

struct Topic {
  std::string name;
  int32_t partitions = 24;
  std::chrono::milliseconds retention{-1};  // -1: for ever
  bool is_compacted = false;                // only the latest record of a key is kept
  // How long a file is written to at most; 0: as the brokers have it.
  std::chrono::milliseconds segment{0};
};

// inbox.<service>, kept for 14 days, and events.<service>, kept for ever; and the fingerprints of
// keys (runtime/known_secret.h) and the audit trail, each one partition, kept for ever.
std::vector<Topic> TopicsOf(const std::vector<std::string>& services, int32_t partitions);

// Makes those that do not exist, with the brokers' default replication, and checks the others:
// TOPIC_WRONG, with what is wrong and what to do, when the number of partitions is another, or when
// it keeps less than it has to, or more. KAFKA_UNREACHABLE after `patience`.
// Returns when every partition can be written to.
core::Result<void> MakeTopics(const Settings& settings, const std::vector<Topic>& topics,
                              std::chrono::milliseconds patience = std::chrono::seconds(15));

}  // namespace throughline::runtime::kafka
