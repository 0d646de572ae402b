#include "gateway/edfi/kafka_documents.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <map>

#include "runtime/guarded.h"

namespace throughline::gateway::edfi {

namespace kafka = runtime::kafka;

namespace {

constexpr int kPollMs = 100;
constexpr int kLookMs = 1000;
constexpr std::chrono::milliseconds kLeaveWithin(2000);

std::string_view BytesOf(const void* data, size_t size) {
  return {static_cast<const char*>(data), size};
}

kafka::Conf ConfOf(const KafkaDocumentsOptions& options) {
  kafka::Settings settings = options.settings;
  // So that a topic that is made later is found soon.
  settings.emplace("topic.metadata.refresh.interval.ms", "10000");
  // As long may the end of the client take, when a coordinator that is away owes it a commit.
  settings.emplace("session.timeout.ms", "10000");
  kafka::Conf conf(settings);
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
  look_at_ = std::chrono::steady_clock::now() + options_.look_every;
  while (!stopping_) {
    // What was gathered when something was thrown is delivered again: nothing of it is committed.
    if (runtime::Guarded("ed-fi documents", [this] { GoRound(); })) continue;
    runtime::Guarded("ed-fi documents: waiting", [this] { WaitToRetry(options_.longest_retry); });
  }
  gathered_.clear();  // before the client is destroyed
  held_.clear();
  client_->LeaveWithin(kLeaveWithin);
}

void KafkaDocuments::GoRound() {
  if (gathered_.empty()) Gather();
  Count();
  if (gathered_.empty()) {
    if (std::chrono::steady_clock::now() >= look_at_) Look();
    return;
  }
  if (!DeliverAll(Read())) return;
  Commit();
  gathered_.clear();
  Count();
}

// Null when nothing came in that time.
KafkaDocuments::Message KafkaDocuments::Next(int wait_ms) {
  if (!held_.empty()) {
    Message message = std::move(held_.front());
    held_.pop_front();
    return message;
  }
  Message message(rd_kafka_consumer_poll(client_->raw(), wait_ms));
  if (!message) return nullptr;
  look_at_ = std::chrono::steady_clock::now() + options_.look_every;
  if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    ReportIssue(rd_kafka_message_errstr(message.get()));
    client_->TellIfFatal();
    return nullptr;
  }
  ReportIssue("");
  return message;
}

void KafkaDocuments::Gather() {
  gathered_.reserve(options_.records_at_most);
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
    ++left_behind_;
    spdlog::warn("ed-fi documents: the record at offset {} of partition {} is left behind: {} {}",
                 message->offset, message->partition, state.error().reason, state.error().field);
  }
  return states;
}

bool KafkaDocuments::DeliverAll(const std::vector<DocumentState>& states) {
  std::chrono::milliseconds wait = options_.first_retry;
  while (true) {
    const auto done = deliver_(states, stopping_);
    if (stopping_ && !done) return false;
    if (done) {
      left_behind_ += *done;
      delivered_ += static_cast<int64_t>(gathered_.size());
      return true;
    }
    spdlog::warn("ed-fi documents: {} records wait: {} {}", gathered_.size(), done.error().reason,
                 done.error().message);
    WaitToRetry(wait);
    if (stopping_) return false;
    Count();
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
  const kafka::Owned<rd_kafka_queue_t> answers(rd_kafka_queue_new(client_->raw()));
  rd_kafka_commit_queue(client_->raw(), places.get(), answers.get(), nullptr, nullptr);
  rd_kafka_event_t* answer = nullptr;
  // A broker that has just gone may keep it waiting for long.
  while (answer == nullptr && !stopping_) answer = rd_kafka_queue_poll(answers.get(), kPollMs);
  if (answer == nullptr) answer = rd_kafka_queue_poll(answers.get(), kLookMs);
  const auto error =
      answer == nullptr ? RD_KAFKA_RESP_ERR__TIMED_OUT : rd_kafka_event_error(answer);
  if (answer != nullptr) rd_kafka_event_destroy(answer);
  // They are read again, by the present owner of the partitions.
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    spdlog::warn("ed-fi documents: the place was not committed: {}", rd_kafka_err2str(error));
  }
}

void KafkaDocuments::Count() {
  rd_kafka_topic_partition_list_t* assigned = nullptr;
  rd_kafka_assignment(client_->raw(), &assigned);
  const kafka::Owned<rd_kafka_topic_partition_list_t> places(assigned);
  auto waiting = static_cast<int64_t>(gathered_.size() + held_.size());
  if (places) rd_kafka_position(client_->raw(), places.get());
  for (int i = 0; places && i < places->cnt; ++i) {
    const rd_kafka_topic_partition_t& of = places->elems[i];
    int64_t first = 0, end = 0;  // as the last fetch said
    rd_kafka_get_watermark_offsets(client_->raw(), of.topic, of.partition, &first, &end);
    if (of.offset >= 0 && end > of.offset) waiting += end - of.offset;
  }
  waiting_ = waiting;
}

// Nothing came for a while: because there is nothing, or because nothing can?
void KafkaDocuments::Look() {
  const rd_kafka_metadata_t* said = nullptr;
  rd_kafka_topic_t* topic = client_->Topic(options_.topic);
  auto error = rd_kafka_metadata(client_->raw(), 0, topic, &said, kLookMs);
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
    if (said->topic_cnt > 0) error = said->topics[0].err;
    rd_kafka_metadata_destroy(said);
  }
  look_at_ = std::chrono::steady_clock::now() + options_.look_every;
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return ReportIssue(rd_kafka_err2str(error));
  char* member = rd_kafka_memberid(client_->raw());
  const bool joined = member != nullptr && *member != '\0';
  if (member != nullptr) rd_kafka_mem_free(client_->raw(), member);
  // Why not, the error said that came instead.
  if (joined || issue_.empty()) ReportIssue(joined ? "" : "the consumer group is not joined yet");
}

// Logs each new issue once; the same one again is not repeated.
void KafkaDocuments::ReportIssue(const std::string& issue) {
  reading_ = issue.empty();
  if (issue == issue_) return;
  issue_ = issue;
  if (issue.empty()) {
    spdlog::info("ed-fi documents: {} is read again", options_.topic);
  } else {
    spdlog::warn("ed-fi documents: nothing comes from {} for now: {}", options_.topic, issue);
  }
}

}  // namespace throughline::gateway::edfi
