// How a Kafka cluster is set up, and what this user may do there: for whoever looks whether it is
// right. Nothing is written and nothing is made. Functions without state, which wait for answers.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "runtime/kafka/topics.h"

namespace throughline::runtime::kafka {

struct TopicFacts {
  int32_t partitions = 0;
  int32_t replicas = 0;  // of the partition that has the fewest
  int32_t in_sync = 0;   // of these, now, of the partition that has the fewest
  std::map<std::string, std::string> config = {};
  std::string config_unknown = {};  // why the configuration may not be seen; empty: it is all there
};

struct ClusterFacts {
  int32_t brokers = 0;
  std::map<std::string, TopicFacts> topics;  // those that were asked for, as far as they are there
};

// KAFKA_UNREACHABLE after `patience`. A topic that this user may not see is not there for it.
core::Result<ClusterFacts> LookAtCluster(
    const Settings& settings, const std::vector<std::string>& topics,
    std::chrono::milliseconds patience = std::chrono::seconds(15));

// What is wrong with how the topic keeps its records, as the end of a sentence that begins with its
// name, and what to do; empty when nothing is.
std::string RetentionIssue(const Topic& topic, const std::map<std::string, std::string>& config);

// Of these topics, which are there, those that this user may not write to, and read: what Kafka
// says of each. They are tried: by a write that Kafka takes from nobody, as it asks for a number of
// acknowledgements that there is not, which Kafka notices only of those who may write; and by
// reading from the end of each.
core::Result<std::map<std::string, std::string>> NotWritable(
    const Settings& settings, const std::vector<std::string>& topics,
    std::chrono::milliseconds patience = std::chrono::seconds(15));
core::Result<std::map<std::string, std::string>> NotReadable(
    const Settings& settings, const std::vector<std::string>& topics,
    std::chrono::milliseconds patience = std::chrono::seconds(3));

}  // namespace throughline::runtime::kafka
