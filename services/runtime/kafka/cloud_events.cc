#include "runtime/kafka/cloud_events.h"

#include <charconv>

#include "core/date.h"
#include "runtime/base64.h"
#include "runtime/envelope.h"

namespace throughline::runtime::kafka {

namespace {

constexpr std::string_view kSchemaPrefix = "urn:throughline:proto:";

// evidence, of events.evidence or inbox.evidence.
std::string_view ServiceOf(const std::string& topic) {
  return std::string_view(topic).substr(topic.find('.') + 1);
}

// throughline.evidence.v1.ResultsRecorded is the type throughline.evidence.ResultsRecorded.v1.
std::string TypeOf(const std::string& message) {
  const size_t last = message.rfind('.');
  const size_t version = last == std::string::npos ? last : message.rfind('.', last - 1);
  if (version == std::string::npos) return message;
  return message.substr(0, version) + message.substr(last) +
         message.substr(version, last - version);
}

std::string IdOf(const TopicPartition& to, const v1::Envelope& envelope) {
  if (envelope.has_source_partition()) return envelope.cause();
  if (envelope.sequence() == 0) return envelope.request_id();
  return EventIdOf(ServiceOf(to.topic), to.partition, envelope);
}

std::string Digits(int64_t number) {
  const std::string digits = std::to_string(number);
  return std::string(digits.size() < 20 ? 20 - digits.size() : 0, '0') + digits;
}

// What has a header of its own is not said again.
std::string RestOf(const v1::Envelope& envelope) {
  v1::Envelope rest = envelope;
  rest.clear_type();
  rest.clear_time_ms();
  rest.clear_subject();
  rest.clear_sequence();
  rest.clear_cause();
  rest.clear_correlation();
  rest.clear_positions();
  rest.clear_traceparent();
  return ToBase64(rest.SerializeAsString(), Base64::kStandard);
}

bool Take(std::string_view name, std::string_view value, v1::Envelope& envelope) {
  if (name == "ce_dataschema") {
    if (!value.starts_with(kSchemaPrefix)) return false;
    envelope.set_type(std::string(value.substr(kSchemaPrefix.size())));
  } else if (name == "ce_time") {
    auto time = core::ParseInstant(value);
    if (!time) return false;
    envelope.set_time_ms(core::ToMillis(*time));
  } else if (name == "ce_subject") {
    envelope.set_subject(std::string(value));
  } else if (name == "ce_causationid") {
    envelope.set_cause(std::string(value));
  } else if (name == "ce_correlationid") {
    envelope.set_correlation(std::string(value));
  } else if (name == "ce_traceparent") {
    envelope.set_traceparent(std::string(value));
  } else if (name == "ce_sequence") {
    int64_t sequence = 0;
    auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), sequence);
    if (error != std::errc() || end != value.data() + value.size()) return false;
    envelope.set_sequence(sequence);
  } else if (name == "ce_positions") {
    auto bytes = FromBase64(value, Base64::kStandard);
    return bytes && envelope.mutable_positions()->ParseFromString(*bytes);
  }
  return true;
}

}  // namespace

Headers ToHeaders(const TopicPartition& to, const v1::Envelope& envelope) {
  if (envelope.type().empty()) return {};
  const int32_t partition =
      envelope.has_moved_from() ? envelope.moved_from().partition() : to.partition;
  Headers headers = {
      {"ce_specversion", "1.0"},
      {"ce_id", IdOf(to, envelope)},
      {"ce_source",
       "/throughline/" + std::string(ServiceOf(to.topic)) + "/" + std::to_string(partition)},
      {"ce_type", TypeOf(envelope.type())},
      {"ce_time", core::FormatInstant(core::FromMillis(envelope.time_ms()))},
      {"ce_dataschema", std::string(kSchemaPrefix) + envelope.type()},
      {"content-type", "application/protobuf"},
  };
  const auto add = [&](const char* name, std::string value) {
    if (!value.empty()) headers.emplace_back(name, std::move(value));
  };
  add("ce_subject", envelope.subject());
  add("ce_partitionkey", envelope.subject());
  add("ce_causationid", envelope.cause());
  add("ce_correlationid", envelope.correlation());
  add("ce_traceparent", envelope.traceparent());
  if (envelope.sequence() > 0) headers.emplace_back("ce_sequence", Digits(envelope.sequence()));
  if (envelope.has_positions()) {
    headers.emplace_back("ce_positions",
                         ToBase64(envelope.positions().SerializeAsString(), Base64::kStandard));
  }
  headers.emplace_back("ce_protocol", RestOf(envelope));
  return headers;
}

std::optional<v1::Envelope> FromHeaders(
    const std::vector<std::pair<std::string_view, std::string_view>>& headers) {
  std::optional<v1::Envelope> envelope(std::in_place);
  bool protocol = false;
  for (const auto& [name, value] : headers) {
    if (name != "ce_protocol") continue;
    auto bytes = FromBase64(value, Base64::kStandard);
    if (!bytes || !envelope->ParseFromString(*bytes)) return std::nullopt;
    protocol = true;
  }
  if (!protocol) return std::nullopt;
  for (const auto& [name, value] : headers) {
    if (!Take(name, value, *envelope)) return std::nullopt;
  }
  if (envelope->type().empty()) return std::nullopt;
  return envelope;
}

}  // namespace throughline::runtime::kafka
