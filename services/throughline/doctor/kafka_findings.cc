#include "throughline/doctor/kafka_findings.h"

#include <fmt/format.h>

#include <algorithm>

namespace throughline::doctor {

namespace {

using runtime::kafka::Topic;
using runtime::kafka::TopicFacts;

constexpr int64_t kLargestMessage = 8388608;  // what a service writes at once, at most
constexpr int32_t kReplicasWanted = 3;

std::string ValueOf(const TopicFacts& facts, const char* name) {
  const auto found = facts.config.find(name);
  return found == facts.config.end() ? "" : found->second;
}

int64_t NumberOf(const TopicFacts& facts, const char* name, int64_t otherwise) {
  const std::string text = ValueOf(facts, name);
  const bool digits = !text.empty() && text.size() < 18 &&
                      text.find_first_not_of("0123456789") == std::string::npos;
  return digits ? std::stoll(text) : otherwise;
}

std::string Counted(int64_t number, const char* what) {
  return fmt::format("{} {}{}", number, what, number == 1 ? "" : "s");
}

std::string KeptFor(const Topic& topic) {
  if (topic.is_compacted) return "the latest record of each key is kept";
  if (topic.retention.count() < 0) return "everything is kept";
  return fmt::format("kept for {} days", topic.retention / std::chrono::hours(24));
}

Finding Missing(const std::string& what, const Topic& wanted, bool others_are_there) {
  const std::string next = fmt::format(
      "A service makes it when it starts, if this user may create topics; otherwise make it, with "
      "{}, cleanup.policy={} and retention.ms={}.",
      Counted(wanted.partitions, "partition"), wanted.is_compacted ? "compact" : "delete",
      wanted.retention.count());
  const std::string said = "It does not exist, or this user may not see it.";
  return others_are_there ? Fault(what, said, next) : Warning(what, said, next);
}

// How many copies of a record there are, and have to be.
Findings ReplicationFindings(const std::string& what, const TopicFacts& facts, int32_t brokers) {
  Findings found;
  const int64_t needed = NumberOf(facts, "min.insync.replicas", 1);
  if (facts.replicas < std::min(brokers, kReplicasWanted)) {
    found.push_back(Warning(
        what, fmt::format("It has {} of {} possible replicas.", facts.replicas, brokers),
        "Give it 3 (kafka-reassign-partitions): what was acknowledged is lost with its disks."));
  }
  if (facts.in_sync < needed) {
    found.push_back(Fault(what,
                          fmt::format("{} in sync, and {} have to be: nothing can be "
                                      "written.",
                                      Counted(facts.in_sync, "replica"), needed),
                          "See to the brokers that are away or behind."));
  } else if (facts.in_sync < facts.replicas) {
    found.push_back(Warning(
        what, fmt::format("{} of its {} replicas are in sync.", facts.in_sync, facts.replicas),
        "See to the brokers that are away or behind."));
  }
  if (facts.replicas >= kReplicasWanted && needed < 2) {
    found.push_back(Fault(what,
                          "min.insync.replicas is 1: an acknowledged record may be on one disk.",
                          "Set its min.insync.replicas to 2."));
  }
  if (facts.replicas > 1 && needed >= facts.replicas) {
    found.push_back(Warning(what, "Nothing can be written while one broker is away.",
                            "Set its min.insync.replicas to one less than its replicas."));
  }
  if (ValueOf(facts, "unclean.leader.election.enable") == "true") {
    found.push_back(Fault(what,
                          "A broker that is behind may become the leader, and records be lost.",
                          "Set its unclean.leader.election.enable to false."));
  }
  return found;
}

Findings ConfigFindings(const std::string& what, const Topic& wanted, const TopicFacts& facts) {
  if (!facts.config_unknown.empty()) {
    return {Fault(what, "Its configuration may not be seen: " + facts.config_unknown + ".",
                  "Allow this user DescribeConfigs on it.")};
  }
  Findings found;
  if (const std::string issue = RetentionIssue(wanted, facts.config); !issue.empty()) {
    const size_t end = issue.find(". ");
    found.push_back(Fault(what, "It " + issue.substr(0, end + 1),
                          end == std::string::npos ? "" : issue.substr(end + 2)));
  }
  if (const int64_t largest = NumberOf(facts, "max.message.bytes", kLargestMessage);
      largest < kLargestMessage) {
    found.push_back(Fault(what, fmt::format("It takes {} bytes at once.", largest),
                          fmt::format("Set its max.message.bytes to {}.", kLargestMessage)));
  }
  if (ValueOf(facts, "message.timestamp.type") == "CreateTime") {
    found.push_back(Warning(what, "A broker may refuse what a machine with a wrong clock dates.",
                            "Set its message.timestamp.type to LogAppendTime."));
  }
  return found;
}

Findings RightsFindings(const runtime::kafka::Settings& settings,
                        const std::vector<std::string>& topics) {
  Findings found;
  const auto writable = runtime::kafka::NotWritable(settings, topics);
  const auto readable = runtime::kafka::NotReadable(settings, topics);
  const auto take = [&](const auto& refused, const char* what_may_not, const char* next) {
    if (!refused) {
      found.push_back(Fault("Kafka rights", refused.error().message, "See to the settings."));
      return;
    }
    for (const auto& [topic, why] : *refused) {
      found.push_back(
          Fault("Kafka topic " + topic, fmt::format("{}: {}", what_may_not, why), next));
    }
  };
  take(writable, "This user may not write to it", "Allow this user Write and Describe on it.");
  take(readable, "This user may not read it", "Allow this user Read and Describe on it.");
  if (!topics.empty() && !HasFault(found)) {
    found.push_back(Ok(
        "Kafka rights",
        fmt::format("This user may read and write the {} topics that are there.", topics.size())));
  }
  return found;
}

}  // namespace

Findings TopicFindings(const Topic& wanted, const TopicFacts* facts, int32_t brokers,
                       bool others_are_there) {
  const std::string what = "Kafka topic " + wanted.name;
  if (facts == nullptr) return {Missing(what, wanted, others_are_there)};
  Findings found;
  if (facts->partitions != wanted.partitions) {
    found.push_back(Fault(
        what,
        fmt::format("It has {}, not {}.", Counted(facts->partitions, "partition"),
                    wanted.partitions),
        "Give the number that it was made with as --partitions. Of a topic that has records the "
        "number is never changed: keys would be looked for in other partitions."));
  }
  Append(found, ConfigFindings(what, wanted, *facts));
  Append(found, ReplicationFindings(what, *facts, brokers));
  if (!found.empty()) return found;
  return {Ok(what, fmt::format("{}, {}, min.insync.replicas {}; {}.",
                               Counted(facts->partitions, "partition"),
                               Counted(facts->replicas, "replica"),
                               NumberOf(*facts, "min.insync.replicas", 1), KeptFor(wanted)))};
}

KafkaLook LookAtKafka(const runtime::kafka::Settings& settings, const std::vector<Topic>& topics) {
  std::vector<std::string> names;
  for (const Topic& topic : topics) names.push_back(topic.name);
  const auto cluster = runtime::kafka::LookAtCluster(settings, names);
  if (!cluster) return {{Fault("Kafka", cluster.error().message, "")}, {}};
  KafkaLook look;
  look.found.push_back(
      cluster->brokers < kReplicasWanted
          ? Warning("Kafka", Counted(cluster->brokers, "broker") + ".",
                    "With fewer than 3, one disk or machine that fails stops everything.")
          : Ok("Kafka", Counted(cluster->brokers, "broker") + "."));
  for (const Topic& topic : topics) {
    const auto facts = cluster->topics.find(topic.name);
    const bool exists = facts != cluster->topics.end();
    if (exists) look.topics_there.push_back(topic.name);
    Append(look.found, TopicFindings(topic, exists ? &facts->second : nullptr, cluster->brokers,
                                     !cluster->topics.empty()));
  }
  Append(look.found, RightsFindings(settings, look.topics_there));
  return look;
}

}  // namespace throughline::doctor
