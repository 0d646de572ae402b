#include "runtime/kafka/kafka_client.h"

#include <spdlog/spdlog.h>
#include <syslog.h>

#include <algorithm>

#include "runtime/errors.h"
#include "runtime/kafka/cloud_events.h"
#include "runtime/kafka/errors.h"
#include "runtime/secret_file.h"

namespace throughline::runtime::kafka {

namespace {
constexpr int kBoundsTimeoutMs = 5000;
}  // namespace

Conf::Conf(const Settings& settings) : conf_(rd_kafka_conf_new()) {
  for (const auto& [name, value] : settings) {
    if (name == kPasswordFileSetting) {
      password_file_ = value;
    } else {
      Set(name, value);
    }
  }
  if (password_file_.empty()) return;
  const auto user = settings.find("sasl.username");
  if (user != settings.end()) user_ = user->second;
  auto password = SecretTextFromFile(password_file_, "Kafka");
  if (!password) {
    refused_ = password.error().message;
    return;
  }
  password_ = *std::move(password);
  Set("sasl.password", password_);
}

void Conf::Set(const std::string& name, const std::string& value) {
  char why[512];
  const auto done = rd_kafka_conf_set(conf_.get(), name.c_str(), value.c_str(), why, sizeof why);
  if (done != RD_KAFKA_CONF_OK && refused_.empty()) refused_ = why;
}

core::Result<std::unique_ptr<Client>> Client::Make(rd_kafka_type_t type, Conf conf,
                                                   FatalHandler fatal, void* owner) {
  if (!conf.refused_.empty()) return core::Refuse(SettingInvalid(conf.refused_));
  std::unique_ptr<Client> client(new Client(std::move(fatal), owner));
  rd_kafka_conf_set_opaque(conf.raw(), client.get());
  rd_kafka_conf_set_error_cb(conf.raw(), OnError);
  rd_kafka_conf_set_log_cb(conf.raw(), OnLog);
  char why[512];
  rd_kafka_t* raw = rd_kafka_new(type, conf.raw(), why, sizeof why);
  if (raw == nullptr) return core::Refuse(SettingInvalid(why));
  static_cast<void>(conf.conf_.release());  // the client has it now
  client->client_.reset(raw);
  if (!conf.password_file_.empty()) {
    client->password_ = std::make_unique<FollowsPassword>(
        raw, std::move(conf.user_), std::move(conf.password_file_), std::move(conf.password_));
  }
  return client;
}

void Client::LeaveWithin(std::chrono::milliseconds time) {
  constexpr int kServeMs = 20;
  const auto until = std::chrono::steady_clock::now() + time;
  {
    const Owned<rd_kafka_queue_t> rest(rd_kafka_queue_new(raw()));
    rd_kafka_error_t* refused = rd_kafka_consumer_close_queue(raw(), rest.get());
    if (refused != nullptr) rd_kafka_error_destroy(refused);
    while (refused == nullptr && rd_kafka_consumer_closed(raw()) == 0 &&
           std::chrono::steady_clock::now() < until) {
      rd_kafka_event_t* event = rd_kafka_queue_poll(rest.get(), kServeMs);
      if (event != nullptr) rd_kafka_event_destroy(event);
    }
  }
  topics_.clear();
  password_.reset();
  // A plain destruction would wait for the broker: for a commit that is under way even for ever.
  rd_kafka_destroy_flags(client_.release(), RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
}

void Client::OnError(rd_kafka_t*, int error, const char* reason, void* opaque) {
  if (error != RD_KAFKA_RESP_ERR__FATAL) {
    spdlog::debug("kafka: {}", reason);  // librdkafka goes on by itself, and logs what it means
    return;
  }
  static_cast<Client*>(opaque)->TellIfFatal();
}

void Client::TellIfFatal() {
  char why[512];
  if (rd_kafka_fatal_error(raw(), why, sizeof why) != RD_KAFKA_RESP_ERR_NO_ERROR) fatal_(why);
}

void Client::OnLog(const rd_kafka_t* client, int level, const char* facility, const char* text) {
  // Nobody polls a client that only asks, and its error callback is silent until then.
  if (facility == std::string_view("FAIL") && rd_kafka_opaque(client) != nullptr) {
    static_cast<Client*>(rd_kafka_opaque(client))->NoteFailure(text);
  }
  const auto as = level <= LOG_ERR      ? spdlog::level::warn
                  : level <= LOG_NOTICE ? spdlog::level::info
                                        : spdlog::level::debug;
  spdlog::log(as, "kafka {}: {}", facility, text);
}

// "[thrd:…]: address/bootstrap: reason (after 13ms in state …)".
void Client::NoteFailure(std::string_view text) {
  if (text.starts_with("[thrd:")) text.remove_prefix(std::min(text.find("]: ") + 3, text.size()));
  if (const size_t rest = text.find(" (after "); rest != std::string_view::npos) {
    text = text.substr(0, rest);
  }
  std::lock_guard lock(mutex_);
  why_unconnected_ = text;
}

std::string Client::WhyUnconnected() {
  std::lock_guard lock(mutex_);
  return why_unconnected_;
}

rd_kafka_topic_t* Client::Topic(const std::string& name) {
  std::lock_guard lock(mutex_);
  auto& topic = topics_[name];
  if (!topic) topic.reset(rd_kafka_topic_new(client_.get(), name.c_str(), nullptr));
  return topic.get();
}

core::Result<std::pair<int64_t, int64_t>> Client::Bounds(const TopicPartition& of) {
  int64_t first = 0, end = 0;
  const auto ask = [&] {
    return rd_kafka_query_watermark_offsets(raw(), of.topic.c_str(), of.partition, &first, &end,
                                            kBoundsTimeoutMs);
  };
  auto error = ask();
  // Of a topic that was looked at while it was being made, librdkafka believes for minutes that it
  // has no partitions.
  if (error == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION) {
    const rd_kafka_metadata_t* fresh = nullptr;
    if (rd_kafka_metadata(raw(), 0, Topic(of.topic), &fresh, kBoundsTimeoutMs) ==
        RD_KAFKA_RESP_ERR_NO_ERROR) {
      rd_kafka_metadata_destroy(fresh);
    }
    error = ask();
  }
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return core::Refuse(JournalUnavailable(of.topic + ": " + rd_kafka_err2str(error)));
  }
  return std::pair(first, end);
}

StoredRecord ToStored(const rd_kafka_message_t& message) {
  StoredRecord stored;
  stored.offset = message.offset;
  stored.record.value.assign(static_cast<const char*>(message.payload), message.len);
  rd_kafka_headers_t* raw = nullptr;
  if (rd_kafka_message_headers(&message, &raw) != RD_KAFKA_RESP_ERR_NO_ERROR) return stored;
  std::vector<std::pair<std::string_view, std::string_view>> headers;
  const char* name = nullptr;
  const void* value = nullptr;
  size_t size = 0;
  for (size_t i = 0; rd_kafka_header_get_all(raw, i, &name, &value, &size) == 0; ++i) {
    headers.emplace_back(name, std::string_view(static_cast<const char*>(value), size));
  }
  // What is no CloudEvent of ours keeps empty headers: no envelope can be read from them.
  if (auto envelope = FromHeaders(headers)) stored.record.headers = envelope->SerializeAsString();
  return stored;
}

}  // namespace throughline::runtime::kafka
