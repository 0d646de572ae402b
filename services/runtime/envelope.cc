#include "runtime/envelope.h"

#include <google/protobuf/descriptor.h>

#include "core/key.h"

namespace throughline::runtime {

std::string InboxTopic(std::string_view service) { return "inbox." + std::string(service); }
std::string EventsTopic(std::string_view service) { return "events." + std::string(service); }

std::string EventId(std::string_view service, int32_t partition, int64_t sequence) {
  return std::string(service) + "." + std::to_string(partition) + "." + std::to_string(sequence);
}

std::string EventIdOf(std::string_view service, int32_t partition, const v1::Envelope& event) {
  if (!event.has_moved_from()) return EventId(service, partition, event.sequence());
  return EventId(service, event.moved_from().partition(), event.moved_from().sequence());
}

std::string RecordId(const TopicPartition& at, int64_t offset) {
  return at.topic + "." + std::to_string(at.partition) + "." + std::to_string(offset);
}

std::string PlaceOf(const TopicPartition& at, int64_t offset) {
  return at.topic + ", partition " + std::to_string(at.partition) + ", offset " +
         std::to_string(offset);
}

std::string TimerId(std::string_view service, int32_t partition, const decider::Timer& timer) {
  return "timer." + std::string(service) + "." + std::to_string(partition) + "." + timer.name +
         "@" + std::to_string(core::ToMillis(timer.due));
}

bool IsAbout(const v1::Envelope& event, std::string_view subject) {
  return event.subject() == subject || event.subject().starts_with(core::JoinKey(subject, ""));
}

bool IsAboutOrAbove(const v1::Envelope& event, std::string_view subject) {
  return event.subject() == subject || subject.starts_with(core::JoinKey(event.subject(), ""));
}

Record ToRecord(const v1::Packed& packed) {
  return {packed.envelope().SerializeAsString(), packed.value()};
}

std::optional<v1::Envelope> ParseEnvelope(const Record& record) {
  std::optional<v1::Envelope> envelope(std::in_place);
  if (!envelope->ParseFromString(record.headers) || envelope->type().empty()) return std::nullopt;
  return envelope;
}

const google::protobuf::Descriptor* FindType(const std::string& full_name) {
  return google::protobuf::DescriptorPool::generated_pool()->FindMessageTypeByName(full_name);
}

std::unique_ptr<google::protobuf::Message> ParseMessage(const google::protobuf::Descriptor& type,
                                                        const std::string& value) {
  std::unique_ptr<google::protobuf::Message> message(
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(&type)->New());
  if (!message->ParseFromString(value)) return nullptr;
  return message;
}

const google::protobuf::Message* ParseMessage(const google::protobuf::Descriptor& type,
                                              const std::string& value,
                                              google::protobuf::Arena& arena) {
  google::protobuf::Message* message =
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(&type)->New(&arena);
  return message->ParseFromString(value) ? message : nullptr;
}

std::unique_ptr<google::protobuf::Message> ParseMessage(const std::string& full_name,
                                                        const std::string& value) {
  const google::protobuf::Descriptor* type = FindType(full_name);
  return type == nullptr ? nullptr : ParseMessage(*type, value);
}

v1::Outcome Accepted(const google::protobuf::Message* response, core::Instant at) {
  v1::Outcome outcome;
  if (response != nullptr) outcome.set_response(response->SerializeAsString());
  outcome.set_decided_at_ms(core::ToMillis(at));
  return outcome;
}

v1::Outcome Refused(const core::Error& error, core::Instant at) {
  v1::Outcome outcome;
  outcome.mutable_refusal()->set_code(static_cast<int32_t>(error.code));
  outcome.mutable_refusal()->set_reason(error.reason);
  outcome.mutable_refusal()->set_message(error.message);
  outcome.mutable_refusal()->set_field(error.field);
  outcome.set_decided_at_ms(core::ToMillis(at));
  return outcome;
}

core::Result<std::string> ToAnswer(const v1::Outcome& outcome) {
  if (!outcome.has_refusal()) return outcome.response();
  const v1::Refusal& refusal = outcome.refusal();
  return core::Refuse({static_cast<core::Code>(refusal.code()), refusal.reason(), refusal.message(),
                       refusal.field()});
}

}  // namespace throughline::runtime
