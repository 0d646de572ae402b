#include "gateway/cloudevents/events.h"

#include <algorithm>
#include <cctype>

#include "core/ids.h"
#include "csv/text.h"
#include "gateway/cloudevents/errors.h"
#include "gateway/cloudevents/result_data.h"
#include "gateway/intake/errors.h"
#include "gateway/intake/score.h"
#include "runtime/base64.h"

namespace throughline::gateway::cloudevents {

namespace {

using evidence::v1::Result;

constexpr std::string_view kStructured = "application/cloudevents+json";
constexpr std::string_view kBatch = "application/cloudevents-batch+json";
constexpr std::string_view kType = "throughline.result.v1";

struct Attributes {
  std::string id, source, type;
  int64_t time_ms = 0;  // 0: none
};

bool IsJson(std::string media_type) {
  std::transform(media_type.begin(), media_type.end(), media_type.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  while (media_type.ends_with(' ')) media_type.pop_back();
  return media_type == "application/json" || media_type.ends_with("+json");
}

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// The value of a ce- header: UTF-8, percent-encoded. A percent sign that begins no escape stands
// for itself, since not every sender encodes.
std::string Decoded(std::string_view value) {
  std::string decoded;
  for (size_t i = 0; i < value.size(); ++i) {
    const bool escape = value[i] == '%' && i + 2 < value.size() && HexValue(value[i + 1]) >= 0 &&
                        HexValue(value[i + 2]) >= 0;
    if (!escape) {
      decoded += value[i];
      continue;
    }
    decoded += static_cast<char>(HexValue(value[i + 1]) * 16 + HexValue(value[i + 2]));
    i += 2;
  }
  return decoded;
}

// `text_of` gives an attribute's text by name; nullopt when it has none, or is no text.
template <class TextOf>
core::Result<Attributes> ReadAttributes(const TextOf& text_of) {
  if (text_of("specversion") != "1.0") return core::Refuse(AttributeInvalid("specversion"));
  Attributes read;
  const std::pair<const char*, std::string*> required[] = {
      {"id", &read.id}, {"source", &read.source}, {"type", &read.type}};
  for (const auto& [name, text] : required) {
    *text = text_of(name).value_or("");
    if (text->empty() || !throughline::csv::IsUtf8(*text))
      return core::Refuse(AttributeInvalid(name));
  }
  if (const auto time = text_of("time")) {
    const auto instant = ReadInstant(*time);
    if (!instant) return core::Refuse(AttributeInvalid("time"));
    read.time_ms = core::ToMillis(*instant);
  }
  return read;
}

core::Result<Attributes> AttributesOf(const Json& event) {
  if (!event.is_object()) return core::Refuse(NotAnEvent());
  return ReadAttributes([&](std::string_view name) { return Text(event, name); });
}

core::Result<Result> ResultOf(const Attributes& attributes, const Json& data) {
  if (attributes.type != kType) return core::Refuse(TypeUnknown());
  auto result = ReadResultData(data);
  if (!result) return result;
  result->set_source_version(core::DerivedId({"cloudevent", attributes.source, attributes.id}));
  if (result->modified_at_ms() == 0) result->set_modified_at_ms(attributes.time_ms);
  return result;
}

// What `data_base64` says in place of `data`.
core::Result<Json> DataOfBytes(const Json& encoded) {
  const auto bytes = encoded.is_string() ? runtime::FromBase64(encoded.get<std::string>(),
                                                               runtime::Base64::kStandard)
                                         : std::optional<std::string>();
  if (!bytes) return core::Refuse(FieldInvalid("data_base64", "base64 (RFC 4648)"));
  return ReadJson(*bytes);
}

// Of an event in structured mode.
core::Result<Result> ResultIn(const Attributes& attributes, const Json& event) {
  const std::string kind = Text(event, "datacontenttype").value_or("application/json");
  const Json* data = Member(event, "data");
  const Json* encoded = Member(event, "data_base64");
  if (data == nullptr && encoded == nullptr) return core::Refuse(FieldMissing("data"));
  if (data != nullptr && encoded != nullptr) {
    return core::Refuse(FieldInvalid("data_base64", "absent, as there is data"));
  }
  if (!IsJson(kind.substr(0, kind.find(';')))) {
    return core::Refuse(FieldInvalid("datacontenttype", "application/json"));
  }
  if (data != nullptr) return ResultOf(attributes, *data);
  const auto read = DataOfBytes(*encoded);
  if (!read) return core::Refuse(read.error());
  return ResultOf(attributes, *read);
}

core::Result<Events> ReadBatch(const Json& body, Events events) {
  if (!body.is_array()) return core::Refuse(NotABatch());
  if (body.size() > kItemsAtMost) return core::Refuse(TooManyItems(kItemsAtMost));
  events.batch = true;
  for (const Json& event : body) {
    auto attributes = AttributesOf(event);
    events.understood.Add(attributes ? ResultIn(*attributes, event)
                                     : core::Refuse(attributes.error()));
  }
  return events;
}

}  // namespace

core::Result<Events> ReadEvents(const Request& request, std::string_view source) {
  const bool structured = request.media_type == kStructured;
  const bool batch = request.media_type == kBatch;
  if (!structured && !batch) {
    if (request.media_type != "application/json") return core::Refuse(MediaTypeNotSupported());
    if (!request.headers.contains("ce-specversion")) return core::Refuse(NotAnEvent());
  }
  auto body = ReadJson(request.body);
  if (!body) return core::Refuse(body.error());
  Events events;
  events.understood.pushed.source = source;
  if (batch) return ReadBatch(*body, std::move(events));
  const auto in_headers = [&](std::string_view name) -> std::optional<std::string> {
    const auto header = request.headers.find("ce-" + std::string(name));
    if (header == request.headers.end()) return std::nullopt;
    return Decoded(header->second);
  };
  auto attributes = structured ? AttributesOf(*body) : ReadAttributes(in_headers);
  if (!attributes) return core::Refuse(attributes.error());
  events.understood.Add(structured ? ResultIn(*attributes, *body) : ResultOf(*attributes, *body));
  return events;
}

Answer AnswerTo(const core::Error& error) {
  const int status = error.reason == "MEDIA_TYPE_NOT_SUPPORTED"     ? 415
                     : error.code == core::Code::kResourceExhausted ? 413
                                                                    : 400;
  return {.status = status, .body = Written(ErrorJson(error))};
}

Answer AnswerTo(const Events& events, const std::vector<ItemOutcome>& outcomes) {
  const Json items = ItemsJson(events.understood, outcomes);
  if (events.batch) return {.status = 200, .body = Written(Json{{"items", items}})};
  const ItemOutcome& outcome = outcomes.at(0);
  const int status = IsConflict(outcome) ? 409 : outcome.rejected() ? 422 : 200;
  return {.status = status, .body = Written(items.at(0))};
}

void Fuzz(std::string_view body) {
  const std::map<std::string, std::string, std::less<>> headers = {{"ce-specversion", "1.0"},
                                                                   {"ce-id", "1"},
                                                                   {"ce-source", "s"},
                                                                   {"ce-type", std::string(kType)}};
  for (const std::string_view media_type :
       {std::string_view("application/json"), kStructured, kBatch}) {
    const auto events = ReadEvents({media_type, headers, body}, "cloudevents");
    if (!events) {
      AnswerTo(events.error());
      continue;
    }
    const ItemOutcome accepted{evidence::v1::RESULT_OUTCOME_ACCEPTED, {}};
    AnswerTo(*events, std::vector<ItemOutcome>(events->understood.pushed.items.size(), accepted));
  }
}

}  // namespace throughline::gateway::cloudevents
