#include "kafka/raw_kafka.h"

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>

#include "bench_district.h"
#include "runtime/kafka/topics.h"

namespace throughline::bench {

namespace kafka = runtime::kafka;

namespace {

constexpr int32_t kTopicPartitions = 24;
constexpr size_t kAtOnce = 1000;

// Called on a thread of librdkafka's, which has no way to throw.
void Die(const std::string& why) {
  std::fprintf(stderr, "Kafka: %s\n", why.c_str());
  std::abort();
}

void Check(rd_kafka_resp_err_t error) {
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    throw std::runtime_error(std::string("Kafka: ") + rd_kafka_err2str(error));
  }
}

}  // namespace

void MakeTopic(const kafka::Settings& settings, const std::string& topic) {
  Must(kafka::MakeTopics(settings, {{.name = topic, .partitions = kTopicPartitions}}));
  // A broker that has made a topic takes a moment to lead its partitions.
  const auto client = Must(kafka::Client::Make(RD_KAFKA_CONSUMER, kafka::Conf(settings), Die));
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  for (int32_t partition = 0; partition < kTopicPartitions;) {
    if (client->Bounds({topic, partition})) {
      ++partition;
    } else if (std::chrono::steady_clock::now() > deadline) {
      throw std::runtime_error("Kafka: nobody leads " + topic);
    }
  }
}

RawProducer::RawProducer(kafka::Settings settings, int linger_ms) {
  settings["enable.idempotence"] = "true";
  settings["linger.ms"] = std::to_string(linger_ms);
  settings["socket.nagle.disable"] = "true";
  settings["message.max.bytes"] = "8388608";
  client_ = Must(kafka::Client::Make(RD_KAFKA_PRODUCER, kafka::Conf(settings), Die));
}

void RawProducer::Send(const std::string& topic, int32_t partition, const std::string& value) {
  while (true) {
    const auto error = rd_kafka_producev(
        client_->raw(), RD_KAFKA_V_RKT(client_->Topic(topic)), RD_KAFKA_V_PARTITION(partition),
        RD_KAFKA_V_VALUE(const_cast<char*>(value.data()), value.size()),
        RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return;
    if (error != RD_KAFKA_RESP_ERR__QUEUE_FULL) Check(error);
    rd_kafka_poll(client_->raw(), 10);
  }
}

void RawProducer::Flush() { Check(rd_kafka_flush(client_->raw(), 60'000)); }

RawConsumer::RawConsumer(kafka::Settings settings, const std::vector<std::string>& topics,
                         From from) {
  settings["enable.auto.commit"] = "false";
  settings["check.crcs"] = "true";
  settings["socket.nagle.disable"] = "true";
  settings["queued.min.messages"] = "1000000";
  client_ = Must(kafka::Client::Make(RD_KAFKA_CONSUMER, kafka::Conf(settings), Die));
  queue_.reset(rd_kafka_queue_new(client_->raw()));
  // Where they begin first: once there is a fetch, every question waits until it is answered.
  std::vector<int64_t> starts;
  for (const std::string& topic : topics) {
    for (int32_t partition = 0; partition < kTopicPartitions; ++partition) {
      const auto [first, end] = Must(client_->Bounds({topic, partition}));
      present_ += end - first;
      followed_.push_back({topic, partition});
      starts.push_back(from == From::kEnd ? end : first);
    }
  }
  for (size_t i = 0; i < followed_.size(); ++i) {
    rd_kafka_topic_t* topic = client_->Topic(followed_[i].topic);
    const int32_t partition = followed_[i].partition;
    if (rd_kafka_consume_start_queue(topic, partition, starts[i], queue_.get()) != 0) {
      Check(rd_kafka_last_error());
    }
  }
}

RawConsumer::~RawConsumer() {
  for (const auto& at : followed_) rd_kafka_consume_stop(client_->Topic(at.topic), at.partition);
}

void WarmBroker(const kafka::Settings& settings, int messages) {
  constexpr char kTopic[] = "bench.warm";
  MakeTopic(settings, kTopic);
  RawProducer producer(settings, 0);
  RawConsumer consumer(settings, {kTopic}, RawConsumer::From::kEnd);
  const std::string value(30'000, 'x');  // about a batch of 500 results
  for (int sent = 0, came = 0; came < messages;) {
    for (; sent < messages && sent - came < 32; ++sent) producer.Send(kTopic, sent % 24, value);
    came += static_cast<int>(consumer.Poll(100, [](const rd_kafka_message_t&) {}));
  }
  producer.Flush();
}

size_t RawConsumer::Poll(int wait_ms, const Take& take) {
  std::array<rd_kafka_message_t*, kAtOnce> messages{};
  // It waits until it has as many as it may: so first for one, and then for what is there.
  ssize_t came = rd_kafka_consume_batch_queue(queue_.get(), wait_ms, messages.data(), 1);
  if (came == 1) {
    const auto more =
        rd_kafka_consume_batch_queue(queue_.get(), 0, messages.data() + 1, kAtOnce - 1);
    came += std::max<ssize_t>(more, 0);
  }
  size_t taken = 0;
  for (ssize_t i = 0; i < came; ++i) {
    const kafka::Owned<rd_kafka_message_t> message(messages[static_cast<size_t>(i)]);
    if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) continue;
    Check(message->err);
    take(*message);
    ++taken;
  }
  return taken;
}

}  // namespace throughline::bench
