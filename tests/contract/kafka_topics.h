// For tests on a real Kafka: topics of a test's own on the broker whose address is in the file that
// THROUGHLINE_KAFKA_ADDRESS_FILE names.
#pragma once

#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

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
  return std::move(*result);
}

inline std::unique_ptr<kafka::KafkaLog> OpenKafkaLog() {
  return Must(kafka::KafkaLog::Open(KafkaSettings(),
                                    [](const std::string& why) { throw std::runtime_error(why); }));
}

}  // namespace throughline::runtime
