#include "runtime/kafka/errors.h"

namespace throughline::runtime::kafka {

using core::Code;

core::Error SettingInvalid(std::string_view why) {
  return {Code::kInvalidArgument, "KAFKA_SETTING_INVALID",
          "A setting for Kafka is wrong: " + std::string(why) + ".", "kafka"};
}

core::Error BrokersUnreachable(const std::string& brokers, const std::string& why) {
  return {Code::kUnavailable, "KAFKA_UNREACHABLE",
          "No Kafka broker can be used at " + brokers + (why.empty() ? "" : ": " + why) +
              ". See that it runs, and that the address and the settings of Kafka are right.",
          "kafka"};
}

core::Error TopicWrong(const std::string& topic, const std::string& why) {
  return {Code::kFailedPrecondition, "TOPIC_WRONG", "The Kafka topic " + topic + " " + why,
          "kafka"};
}

core::Error TopicNotMade(const std::string& topic, const std::string& why) {
  return {Code::kFailedPrecondition, "TOPIC_NOT_MADE",
          "The Kafka topic " + topic + " does not exist and cannot be made: " + why +
              ". Make it beforehand, or allow this user to.",
          "kafka"};
}

}  // namespace throughline::runtime::kafka
