#include "runtime/kafka/cluster.h"

#include <algorithm>

#include "runtime/kafka/admin_call.h"
#include "runtime/kafka/errors.h"

namespace throughline::runtime::kafka {

using core::Result;

namespace {

constexpr char kAcksThatThereAreNot[] = "2";  // 0, 1 and all (-1) are what Kafka knows

std::string BrokersOf(const Settings& settings) {
  const auto brokers = settings.find("bootstrap.servers");
  return brokers == settings.end() ? "" : brokers->second;
}

TopicFacts FactsOf(const rd_kafka_metadata_topic_t& topic) {
  TopicFacts facts;
  facts.partitions = topic.partition_cnt;
  for (int p = 0; p < topic.partition_cnt; ++p) {
    const int32_t replicas = topic.partitions[p].replica_cnt;
    const int32_t in_sync = topic.partitions[p].isr_cnt;
    facts.replicas = p == 0 ? replicas : std::min(facts.replicas, replicas);
    facts.in_sync = p == 0 ? in_sync : std::min(facts.in_sync, in_sync);
  }
  return facts;
}

Result<ClusterFacts> ReadMetadata(Client& client, const Settings& settings,
                                  const std::vector<std::string>& topics,
                                  std::chrono::milliseconds patience) {
  const struct rd_kafka_metadata* metadata = nullptr;
  const auto error =
      rd_kafka_metadata(client.raw(), 1, nullptr, &metadata, static_cast<int>(patience.count()));
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return core::Refuse(BrokersUnreachable(BrokersOf(settings), client.WhyUnconnected()));
  }
  ClusterFacts cluster;
  cluster.brokers = metadata->broker_cnt;
  for (int i = 0; i < metadata->topic_cnt; ++i) {
    const rd_kafka_metadata_topic_t& topic = metadata->topics[i];
    const bool wanted = std::find(topics.begin(), topics.end(), topic.topic) != topics.end();
    if (wanted && topic.err == RD_KAFKA_RESP_ERR_NO_ERROR) {
      cluster.topics[topic.topic] = FactsOf(topic);
    }
  }
  rd_kafka_metadata_destroy(metadata);
  return cluster;
}

void TakeConfig(const rd_kafka_ConfigResource_t& resource, ClusterFacts& cluster) {
  const auto found = cluster.topics.find(rd_kafka_ConfigResource_name(&resource));
  if (found == cluster.topics.end()) return;
  if (rd_kafka_ConfigResource_error(&resource) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    const char* why = rd_kafka_ConfigResource_error_string(&resource);
    found->second.config_unknown =
        why == nullptr ? rd_kafka_err2str(rd_kafka_ConfigResource_error(&resource)) : why;
    return;
  }
  size_t entries = 0;
  const auto* const* configs = rd_kafka_ConfigResource_configs(&resource, &entries);
  for (size_t i = 0; i < entries; ++i) {
    const char* value = rd_kafka_ConfigEntry_value(configs[i]);
    found->second.config[rd_kafka_ConfigEntry_name(configs[i])] = value == nullptr ? "" : value;
  }
}

void ReadConfigs(Client& client, ClusterFacts& cluster, std::chrono::milliseconds patience) {
  if (cluster.topics.empty()) return;
  std::vector<rd_kafka_ConfigResource_t*> resources;
  for (const auto& [name, facts] : cluster.topics) {
    resources.push_back(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, name.c_str()));
  }
  AdminCall call(client, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, patience);
  rd_kafka_DescribeConfigs(client.raw(), resources.data(), resources.size(), call.options(),
                           call.queue());
  rd_kafka_event_t* event = call.Wait();
  rd_kafka_ConfigResource_destroy_array(resources.data(), resources.size());
  if (rd_kafka_event_error(event) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    for (auto& [name, facts] : cluster.topics) {
      facts.config_unknown = rd_kafka_event_error_string(event);
    }
    return;
  }
  size_t count = 0;
  const auto* const* described = rd_kafka_DescribeConfigs_result_resources(
      rd_kafka_event_DescribeConfigs_result(event), &count);
  for (size_t i = 0; i < count; ++i) TakeConfig(*described[i], cluster);
}

// What became of the writes, by topic; of the thread that serves the client.
struct Written {
  std::map<std::string, std::string> refused;
  size_t answered = 0;
};

void OnWritten(rd_kafka_t*, const rd_kafka_message_t* message, void* opaque) {
  auto& written = *static_cast<Written*>(static_cast<Client*>(opaque)->owner());
  ++written.answered;
  if (message->err == RD_KAFKA_RESP_ERR_INVALID_REQUIRED_ACKS) return;
  written.refused[rd_kafka_topic_name(message->rkt)] = rd_kafka_err2str(message->err);
}

}  // namespace

Result<ClusterFacts> LookAtCluster(const Settings& settings, const std::vector<std::string>& topics,
                                   std::chrono::milliseconds patience) {
  auto client = Client::Make(RD_KAFKA_PRODUCER, Conf(settings), [](const std::string&) {});
  if (!client) return core::Refuse(client.error());
  auto cluster = ReadMetadata(**client, settings, topics, patience);
  if (cluster) ReadConfigs(**client, *cluster, patience);
  return cluster;
}

Result<std::map<std::string, std::string>> NotWritable(const Settings& settings,
                                                       const std::vector<std::string>& topics,
                                                       std::chrono::milliseconds patience) {
  Written written;
  Conf conf(settings);
  conf.Set("request.required.acks", kAcksThatThereAreNot);
  conf.Set("message.timeout.ms", std::to_string(patience.count()));
  conf.Set("retries", "0");
  rd_kafka_conf_set_dr_msg_cb(conf.raw(), OnWritten);
  auto client = Client::Make(
      RD_KAFKA_PRODUCER, std::move(conf), [](const std::string&) {}, &written);
  if (!client) return core::Refuse(client.error());
  constexpr std::string_view kKey = "doctor";
  for (const std::string& topic : topics) {
    if (rd_kafka_produce((*client)->Topic(topic), 0, RD_KAFKA_MSG_F_COPY, nullptr, 0, kKey.data(),
                         kKey.size(), nullptr) != 0) {
      written.refused[topic] = rd_kafka_err2str(rd_kafka_last_error());
      ++written.answered;
    }
  }
  const auto until = std::chrono::steady_clock::now() + patience * 2;
  while (written.answered < topics.size() && std::chrono::steady_clock::now() < until) {
    rd_kafka_poll((*client)->raw(), kPollMs);
  }
  return written.refused;
}

Result<std::map<std::string, std::string>> NotReadable(const Settings& settings,
                                                       const std::vector<std::string>& topics,
                                                       std::chrono::milliseconds patience) {
  Conf conf(settings);
  conf.Set("group.id", "throughline.doctor");  // nothing is committed, and no group joined
  conf.Set("enable.auto.commit", "false");
  conf.Set("enable.auto.offset.store", "false");
  conf.Set("enable.partition.eof", "true");
  auto client = Client::Make(RD_KAFKA_CONSUMER, std::move(conf), [](const std::string&) {});
  if (!client) return core::Refuse(client.error());
  rd_kafka_poll_set_consumer((*client)->raw());
  Owned<rd_kafka_topic_partition_list_t> places(
      rd_kafka_topic_partition_list_new(static_cast<int>(topics.size())));
  for (const std::string& topic : topics) {
    rd_kafka_topic_partition_list_add(places.get(), topic.c_str(), 0)->offset = RD_KAFKA_OFFSET_END;
  }
  rd_kafka_assign((*client)->raw(), places.get());
  std::map<std::string, std::string> refused;
  std::map<std::string, bool> answered;
  const auto until = std::chrono::steady_clock::now() + patience;
  while (answered.size() < topics.size() && std::chrono::steady_clock::now() < until) {
    Owned<rd_kafka_message_t> message(rd_kafka_consumer_poll((*client)->raw(), kPollMs));
    if (!message || message->rkt == nullptr) continue;
    const std::string topic = rd_kafka_topic_name(message->rkt);
    answered[topic] = true;
    const bool fine = message->err == RD_KAFKA_RESP_ERR_NO_ERROR ||
                      message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF;
    if (!fine) refused[topic] = rd_kafka_err2str(message->err);
  }
  for (const std::string& topic : topics) {
    if (!answered.contains(topic)) refused[topic] = "There was no answer.";
  }
  rd_kafka_assign((*client)->raw(), nullptr);
  return refused;
}

}  // namespace throughline::runtime::kafka
