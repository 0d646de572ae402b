#include "gateway/edfi/kafka_documents.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <map>

namespace throughline::gateway::edfi {

namespace kafka = runtime::kafka;

namespace {

constexpr int kPollMs = 100;

std::string_view BytesOf(const void* data, size_t size) {
  return {static_cast<const char*>(data), size};
}

kafka::Conf ConfOf(const KafkaDocumentsOptions& options) {
  kafka::Conf conf(options.settings);
  conf.Set("group.id", options.group);
  // See runtime/kafka/consumer_group.cc for why not a cooperative one.
  conf.Set("partition.assignment.strategy", "range");
  conf.Set("enable.auto.commit", "false");
  conf.Set("enable.auto.offset.store", "false");
  conf.Set("auto.offset.reset", "earliest");
  conf.Set("check.crcs", "true");
  conf.Set("socket.nagle.disable", "true");
  return conf;
}

}  // namespace

core::Result<std::unique_ptr<KafkaDocuments>> KafkaDocuments::Start(KafkaDocumentsOptions options,
                                                                    Deliver deliver,
                                                                    kafka::FatalHandler fatal) {
  std::unique_ptr<KafkaDocuments> documents(
      new KafkaDocuments(std::move(options), std::move(deliver)));
  auto client = kafka::Client::Make(RD_KAFKA_CONSUMER, ConfOf(documents->options_),
                                    std::move(fatal), documents.get());
  if (!client) return core::Refuse(client.error());
  documents->client_ = std::move(*client);
  rd_kafka_t* raw = documents->client_->raw();
  rd_kafka_poll_set_consumer(raw);
  kafka::Owned<rd_kafka_topic_partition_list_t> topics(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(topics.get(), documents->options_.topic.c_str(),
                                    RD_KAFKA_PARTITION_UA);
  rd_kafka_subscribe(raw, topics.get());
  documents->thread_ = std::thread([self = documents.get()] { self->Run(); });
  return documents;
}

KafkaDocuments::~KafkaDocuments() {
  stopping_ = true;
  if (thread_.joinable()) thread_.join();
}

void KafkaDocuments::Run() {
  while (!stopping_) {
    Gather();
    if (gathered_.empty()) continue;
    if (!DeliverAll(Read())) break;
    Commit();
  }
  gathered_.clear();  // before the client is destroyed
  held_.clear();
  rd_kafka_consumer_close(client_->raw());
}

// Null when nothing came in that time.
KafkaDocuments::Message KafkaDocuments::Next(int wait_ms) {
  if (!held_.empty()) {
    Message message = std::move(held_.front());
    held_.pop_front();
    return message;
  }
  Message message(rd_kafka_consumer_poll(client_->raw(), wait_ms));
  if (message && message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    spdlog::debug("ed-fi documents: {}", rd_kafka_message_errstr(message.get()));
    client_->TellIfFatal();
    return nullptr;
  }
  return message;
}

void KafkaDocuments::Gather() {
  gathered_.clear();
  size_t bytes = 0;
  auto until = std::chrono::steady_clock::time_point::max();
  while (!stopping_ && gathered_.size() < options_.records_at_most &&
         bytes < options_.bytes_at_most && std::chrono::steady_clock::now() < until) {
    Message message = Next(gathered_.empty() ? kPollMs : kPollMs / 10);
    if (!message) {
      if (gathered_.empty()) return;
      continue;
    }
    if (gathered_.empty()) until = std::chrono::steady_clock::now() + options_.linger;
    bytes += message->len;
    gathered_.push_back(std::move(message));
  }
}

std::vector<DocumentState> KafkaDocuments::Read() {
  std::vector<DocumentState> states;
  for (const Message& message : gathered_) {
    const auto value = message->payload == nullptr
                           ? std::nullopt
                           : std::optional(BytesOf(message->payload, message->len));
    auto state = ReadRecord(BytesOf(message->key, message->key_len), value);
    if (state) {
      states.push_back(std::move(*state));
      continue;
    }
    ++refused_;
    spdlog::warn("ed-fi documents: the record at offset {} of partition {} is left behind: {} {}",
                 message->offset, message->partition, state.error().reason, state.error().field);
  }
  return states;
}

bool KafkaDocuments::DeliverAll(const std::vector<DocumentState>& states) {
  std::chrono::milliseconds wait = options_.first_retry;
  while (true) {
    const auto done = deliver_(states);
    if (done) {
      delivered_ += static_cast<int64_t>(gathered_.size());
      return true;
    }
    spdlog::warn("ed-fi documents: {} records wait: {} {}", gathered_.size(), done.error().reason,
                 done.error().message);
    WaitToRetry(wait);
    if (stopping_) return false;
    wait = std::min(wait * 2, options_.longest_retry);
  }
}

// A member that does not poll is thrown out of the group, and holds up the others until then: so it
// polls, and asks for nothing.
void KafkaDocuments::WaitToRetry(std::chrono::milliseconds wait) {
  rd_kafka_t* raw = client_->raw();
  rd_kafka_topic_partition_list_t* assigned = nullptr;
  rd_kafka_assignment(raw, &assigned);
  const kafka::Owned<rd_kafka_topic_partition_list_t> paused(assigned);
  if (paused) rd_kafka_pause_partitions(raw, paused.get());
  const auto until = std::chrono::steady_clock::now() + wait;
  while (!stopping_ && std::chrono::steady_clock::now() < until) {
    // Of a partition that was assigned meanwhile, or was fetched before.
    Message message(rd_kafka_consumer_poll(raw, kPollMs / 10));
    if (!message) continue;
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
      held_.push_back(std::move(message));
    } else {
      client_->TellIfFatal();
    }
  }
  if (paused) rd_kafka_resume_partitions(raw, paused.get());
}

void KafkaDocuments::Commit() {
  std::map<std::pair<std::string, int32_t>, int64_t> next;
  for (const Message& message : gathered_) {
    int64_t& place = next[{rd_kafka_topic_name(message->rkt), message->partition}];
    place = std::max(place, message->offset + 1);
  }
  const kafka::Owned<rd_kafka_topic_partition_list_t> places(
      rd_kafka_topic_partition_list_new(static_cast<int>(next.size())));
  for (const auto& [partition, offset] : next) {
    rd_kafka_topic_partition_list_add(places.get(), partition.first.c_str(), partition.second)
        ->offset = offset;
  }
  const auto error = rd_kafka_commit(client_->raw(), places.get(), 0);
  // They are read again, by whoever has the partitions now.
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    spdlog::warn("ed-fi documents: the place was not committed: {}", rd_kafka_err2str(error));
  }
}

}  // namespace throughline::gateway::edfi
