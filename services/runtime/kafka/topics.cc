#include "runtime/kafka/topics.h"

#include <algorithm>
#include <thread>

#include "runtime/audit_topic.h"
#include "runtime/envelope.h"
#include "runtime/kafka/admin_call.h"
#include "runtime/kafka/cluster.h"
#include "runtime/kafka/errors.h"
#include "runtime/known_secret.h"

namespace throughline::runtime::kafka {

using core::Result;

namespace {

constexpr char kLargestMessage[] = "8388608";
constexpr std::chrono::hours kInboxRetention(24 * 14);
constexpr int kChecksAgain = 5;
constexpr std::chrono::milliseconds kBetweenChecks(100);

// Partitions of each of these topics that exists.
Result<std::map<std::string, int32_t>> Existing(Client& client, std::chrono::milliseconds patience,
                                                const std::string& brokers) {
  const struct rd_kafka_metadata* metadata = nullptr;
  const auto error =
      rd_kafka_metadata(client.raw(), 1, nullptr, &metadata, static_cast<int>(patience.count()));
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return core::Refuse(BrokersUnreachable(brokers, client.WhyUnconnected()));
  }
  std::map<std::string, int32_t> existing;
  for (int i = 0; i < metadata->topic_cnt; ++i) {
    existing[metadata->topics[i].topic] = metadata->topics[i].partition_cnt;
  }
  rd_kafka_metadata_destroy(metadata);
  return existing;
}

Result<void> Make(Client& client, const std::vector<Topic>& topics,
                  std::chrono::milliseconds patience) {
  std::vector<rd_kafka_NewTopic_t*> made;
  for (const Topic& topic : topics) {
    char why[256];
    made.push_back(
        rd_kafka_NewTopic_new(topic.name.c_str(), topic.partitions, -1, why, sizeof why));
    const std::string retention = std::to_string(topic.retention.count());
    rd_kafka_NewTopic_set_config(made.back(), "retention.ms", retention.c_str());
    rd_kafka_NewTopic_set_config(made.back(), "retention.bytes", "-1");
    rd_kafka_NewTopic_set_config(made.back(), "cleanup.policy",
                                 topic.is_compacted ? "compact" : "delete");
    if (topic.segment.count() > 0) {
      const std::string segment = std::to_string(topic.segment.count());
      rd_kafka_NewTopic_set_config(made.back(), "segment.ms", segment.c_str());
    }
    rd_kafka_NewTopic_set_config(made.back(), "max.message.bytes", kLargestMessage);
    // A broker refuses what a replica with a wrong clock dates; when it was is in the event itself.
    rd_kafka_NewTopic_set_config(made.back(), "message.timestamp.type", "LogAppendTime");
  }
  AdminCall call(client, RD_KAFKA_ADMIN_OP_CREATETOPICS, patience);
  rd_kafka_CreateTopics(client.raw(), made.data(), made.size(), call.options(), call.queue());
  rd_kafka_event_t* event = call.Wait();
  rd_kafka_NewTopic_destroy_array(made.data(), made.size());
  if (rd_kafka_event_error(event) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return core::Refuse(TopicNotMade(topics.front().name, rd_kafka_event_error_string(event)));
  }
  size_t count = 0;
  const auto* result = rd_kafka_event_CreateTopics_result(event);
  const auto* const* outcomes = rd_kafka_CreateTopics_result_topics(result, &count);
  for (size_t i = 0; i < count; ++i) {
    const auto error = rd_kafka_topic_result_error(outcomes[i]);
    // Another service that starts at the same time may have been quicker.
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR || error == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) {
      continue;
    }
    const char* why = rd_kafka_topic_result_error_string(outcomes[i]);
    return core::Refuse(TopicNotMade(rd_kafka_topic_result_name(outcomes[i]),
                                     why == nullptr ? rd_kafka_err2str(error) : why));
  }
  return {};
}

Result<void> Check(Client& client, const std::vector<Topic>& topics,
                   std::chrono::milliseconds patience) {
  std::vector<rd_kafka_ConfigResource_t*> resources;
  resources.reserve(topics.size());
  for (const Topic& topic : topics) {
    resources.push_back(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.name.c_str()));
  }
  AdminCall call(client, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, patience);
  rd_kafka_DescribeConfigs(client.raw(), resources.data(), resources.size(), call.options(),
                           call.queue());
  rd_kafka_event_t* event = call.Wait();
  rd_kafka_ConfigResource_destroy_array(resources.data(), resources.size());
  size_t count = 0;
  if (rd_kafka_event_error(event) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return core::Refuse(TopicWrong(topics.front().name, std::string("cannot be looked at: ") +
                                                            rd_kafka_event_error_string(event)));
  }
  const auto* const* described = rd_kafka_DescribeConfigs_result_resources(
      rd_kafka_event_DescribeConfigs_result(event), &count);
  for (size_t i = 0; i < count; ++i) {
    std::map<std::string, std::string> config;
    size_t entries = 0;
    const auto* const* configs = rd_kafka_ConfigResource_configs(described[i], &entries);
    for (size_t e = 0; e < entries; ++e) {
      const char* value = rd_kafka_ConfigEntry_value(configs[e]);
      config[rd_kafka_ConfigEntry_name(configs[e])] = value == nullptr ? "" : value;
    }
    const std::string name = rd_kafka_ConfigResource_name(described[i]);
    const auto topic = std::find_if(topics.begin(), topics.end(),
                                    [&](const Topic& one) { return one.name == name; });
    if (topic == topics.end()) continue;
    const std::string wrong = RetentionIssue(*topic, config);
    if (!wrong.empty()) return core::Refuse(TopicWrong(name, wrong));
  }
  return {};
}

// Waits until every partition is served. A broker that refuses the first record of a producer and
// takes the second calls the first, when it comes again, a duplicate: it would be lost.
Result<void> AwaitLeaders(Client& client, const std::vector<Topic>& topics,
                          std::chrono::milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  for (const Topic& topic : topics) {
    for (int32_t partition = 0; partition < topic.partitions; ++partition) {
      auto served = client.Bounds({topic.name, partition});
      while (!served && std::chrono::steady_clock::now() < deadline) {
        served = client.Bounds({topic.name, partition});
      }
      if (!served) return core::Refuse(TopicNotMade(topic.name, served.error().message));
    }
  }
  return {};
}

}  // namespace

std::string RetentionIssue(const Topic& topic, const std::map<std::string, std::string>& config) {
  const auto value = [&](const char* name) {
    auto found = config.find(name);
    return found == config.end() ? std::string() : found->second;
  };
  if (topic.is_compacted) {
    if (value("cleanup.policy") == "compact") return "";
    return "is not compacted alone. Set its cleanup.policy to compact.";
  }
  if (value("cleanup.policy").find("compact") != std::string::npos) {
    return "is compacted, which would forget events. Set its cleanup.policy to delete.";
  }
  const std::string kept = value("retention.ms");
  const auto kept_ms = kept.empty() ? -1 : std::stoll(kept);
  if (topic.retention.count() < 0 && kept_ms >= 0) {
    return "forgets events after " + kept + " ms. Set its retention.ms to -1.";
  }
  if (topic.retention.count() >= 0 && kept_ms >= 0 && kept_ms < topic.retention.count()) {
    return "forgets commands after " + kept + " ms. Set its retention.ms to " +
           std::to_string(topic.retention.count()) + " or more.";
  }
  if (topic.retention.count() < 0 && !value("retention.bytes").empty() &&
      value("retention.bytes") != "-1") {
    return "forgets events when it is large. Set its retention.bytes to -1.";
  }
  return "";
}

std::vector<Topic> TopicsOf(const std::vector<std::string>& services, int32_t partitions) {
  std::vector<Topic> topics = {{kFingerprintsTopic, 1}, {kAuditTopic, 1}};
  for (const std::string& service : services) {
    topics.push_back({InboxTopic(service), partitions, kInboxRetention});
    topics.push_back({EventsTopic(service), partitions});
  }
  return topics;
}

Result<void> MakeTopics(const Settings& settings, const std::vector<Topic>& topics,
                        std::chrono::milliseconds patience) {
  auto client = Client::Make(RD_KAFKA_PRODUCER, Conf(settings), [](const std::string&) {});
  if (!client) return core::Refuse(client.error());
  const auto brokers = settings.find("bootstrap.servers");
  auto existing = Existing(**client, patience, brokers == settings.end() ? "" : brokers->second);
  if (!existing) return core::Refuse(existing.error());
  // Brokers may be some moments behind in saying how a topic is that was just made, here or by
  // another process: what is made here is as it was asked for, and others are looked at again.
  std::vector<Topic> missing, there;
  for (const Topic& topic : topics) {
    auto found = existing->find(topic.name);
    if (found == existing->end()) {
      missing.push_back(topic);
      continue;
    }
    there.push_back(topic);
    if (found->second != topic.partitions) {
      return core::Refuse(TopicWrong(topic.name, "has " + std::to_string(found->second) +
                                                     " partitions, not " +
                                                     std::to_string(topic.partitions) +
                                                     ". Give that number with --partitions."));
    }
  }
  if (!missing.empty()) {
    if (auto made = Make(**client, missing, patience); !made) return made;
  }
  if (!there.empty()) {
    auto checked = Check(**client, there, patience);
    for (int again = 0; !checked && again < kChecksAgain; ++again) {
      std::this_thread::sleep_for(kBetweenChecks);
      checked = Check(**client, there, patience);
    }
    if (!checked) return checked;
  }
  return AwaitLeaders(**client, topics, patience);
}

}  // namespace throughline::runtime::kafka
