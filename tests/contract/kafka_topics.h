// For tests on a real Kafka: topics of a test's own on the broker whose address is in the file that
// THROUGHLINE_KAFKA_ADDRESS_FILE names.
#pragma once

#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <type_traits>

#include "runtime/kafka/kafka_log.h"
#include "runtime/kafka/topics.h"

namespace throughline::runtime {

inline kafka::Settings KafkaSettings() {
  const char* file = std::getenv("THROUGHLINE_KAFKA_ADDRESS_FILE");
  std::string address;
  if (file == nullptr || !(std::ifstream(file) >> address)) {
    throw std::runtime_error("THROUGHLINE_KAFKA_ADDRESS_FILE names no file with an address");
  }
  return {{"bootstrap.servers", address}};
}

// A prefix that no other test has.
inline std::string NewPrefix() {
  static std::atomic<int> next{0};
  return "test-" + std::to_string(getpid()) + "-" + std::to_string(++next) + "-";
}

template <class T>
T Must(core::Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

inline std::unique_ptr<kafka::KafkaLog> OpenKafkaLog() {
  return Must(kafka::KafkaLog::Open(KafkaSettings(),
                                    [](const std::string& why) { throw std::runtime_error(why); }));
}

// Puts a prefix of its own before the name of every topic, so that tests do not meet.
class PrefixedLog : public Log {
 public:
  PrefixedLog() : prefix_(NewPrefix()), log_(OpenKafkaLog()) {}
  std::string Prefixed(const std::string& topic) const { return prefix_ + topic; }

  core::Result<std::vector<Stretch>> Append(const std::vector<AppendTo>& batches) override {
    std::vector<AppendTo> prefixed = batches;
    for (AppendTo& batch : prefixed) batch.to.topic = Prefixed(batch.to.topic);
    return log_->Append(prefixed);
  }
  core::Result<std::vector<StoredRecord>> Read(const TopicPartition& from, int64_t offset,
                                               size_t max_records, size_t max_bytes) override {
    return log_->Read({Prefixed(from.topic), from.partition}, offset, max_records, max_bytes);
  }
  core::Result<std::vector<StoredRecord>> ReadHistory(const TopicPartition& from, int64_t offset,
                                                      size_t max_records,
                                                      size_t max_bytes) override {
    return log_->ReadHistory({Prefixed(from.topic), from.partition}, offset, max_records,
                             max_bytes);
  }
  core::Result<int64_t> End(const TopicPartition& of) override {
    return log_->End({Prefixed(of.topic), of.partition});
  }
  int Listen(std::function<void(const TopicPartition&)> wake) override {
    return log_->Listen([this, wake = std::move(wake)](const TopicPartition& changed) {
      if (!changed.topic.starts_with(prefix_)) return;
      wake({changed.topic.substr(prefix_.size()), changed.partition});
    });
  }
  void Unlisten(int listener) override { log_->Unlisten(listener); }

 private:
  std::string prefix_;
  std::unique_ptr<kafka::KafkaLog> log_;
};

}  // namespace throughline::runtime
