#include "gateway/edfi/kafka_record.h"

#include <charconv>
#include <map>

#include "core/date.h"
#include "gateway/edfi/scores.h"

namespace throughline::gateway::edfi {

using What = DocumentState::What;

namespace {

core::Error RecordInvalid(std::string_view field) {
  return {core::Code::kInvalidArgument, "RECORD_INVALID",
          "The record is no state of a document: see its " + std::string(field) + ".",
          std::string(field)};
}

core::Error ContractUnknown() {
  return {core::Code::kInvalidArgument, "CONTRACT_UNKNOWN",
          "The record is of a contract that is not known here; version 1 is.", "contractVersion"};
}

// 8-4-4-4-12 hexadecimal digits, in lower case; nullopt for anything else.
std::optional<std::string> UuidIn(std::string_view text) {
  std::string uuid = LowerCase(text);
  if (uuid.size() != 36) return std::nullopt;
  for (size_t i = 0; i < uuid.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    const bool hex = (uuid[i] >= '0' && uuid[i] <= '9') || (uuid[i] >= 'a' && uuid[i] <= 'f');
    if (dash ? uuid[i] != '-' : !hex) return std::nullopt;
  }
  return uuid;
}

// Of an object whose names are written in any case.
const Json* AnyCase(const Json& object, std::string_view lower) {
  if (!object.is_object()) return nullptr;
  for (const auto& [name, value] : object.items()) {
    if (LowerCase(name) == lower) return &value;
  }
  return nullptr;
}

std::string TextIn(const Json& object, std::string_view lower) {
  const Json* member = AnyCase(object, lower);
  return member != nullptr && member->is_string() ? member->get<std::string>() : "";
}

std::optional<int64_t> WholeNumber(const Json* value) {
  if (value == nullptr) return std::nullopt;
  const std::string text =
      value->is_string() ? value->get<std::string>() : NumberText(*value).value_or("");
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = error == std::errc() && end == text.data() + text.size() && !text.empty();
  return whole ? std::optional(number) : std::nullopt;
}

bool IsTrue(const Json* value) {
  if (value == nullptr) return false;
  if (value->is_boolean()) return value->get<bool>();
  return value->is_string() && LowerCase(value->get<std::string>()) == "true";
}

// The namespace of Ed-Fi's own resources is written Ed-Fi or EdFi.
bool IsEdFi(std::string_view project) {
  const std::string lower = LowerCase(project);
  return lower == "ed-fi" || lower == "edfi";
}

core::Result<DocumentState> ReadContract(std::string_view key, const Json& value) {
  if (WholeNumber(Member(value, "contractVersion")) != 1) return core::Refuse(ContractUnknown());
  DocumentState state;
  const auto uuid = UuidIn(Text(value, "documentUuid").value_or(""));
  if (!uuid || *uuid != LowerCase(key)) return core::Refuse(RecordInvalid("documentUuid"));
  const auto version = WholeNumber(Member(value, "contentVersion"));
  if (!version || *version <= 0) return core::Refuse(RecordInvalid("contentVersion"));
  const Json* document = Member(value, "document");
  if (document == nullptr || !document->is_object()) {
    return core::Refuse(RecordInvalid("document"));
  }
  state.resource = Text(value, "resourceName").value_or("");
  if (state.resource.empty()) return core::Refuse(RecordInvalid("resourceName"));
  if (!IsEdFi(Text(value, "projectName").value_or(""))) return state;
  state.what = What::kThere;
  state.uuid = *uuid;
  state.version = *version;
  state.document = *document;
  return state;
}

// Debezium writes microseconds since the epoch for a timestamp without a zone; a text is one with.
std::optional<int64_t> OlderVersion(const Json& value) {
  const Json* modified = AnyCase(value, "lastmodifiedat");
  if (modified != nullptr && modified->is_string()) {
    const auto instant = core::ParseInstant(modified->get<std::string>());
    if (instant) return core::ToMillis(*instant) * 1000;
  }
  return WholeNumber(modified);
}

core::Result<DocumentState> ReadOlder(const Json& value) {
  DocumentState state;
  const auto uuid = UuidIn(TextIn(value, "documentuuid"));
  if (!uuid) return core::Refuse(RecordInvalid("documentuuid"));
  const auto version = OlderVersion(value);
  if (!version || *version <= 0) return core::Refuse(RecordInvalid("lastmodifiedat"));
  state.resource = TextIn(value, "resourcename");
  if (state.resource.empty()) return core::Refuse(RecordInvalid("resourcename"));
  if (!IsEdFi(TextIn(value, "projectname"))) return state;
  state.uuid = *uuid;
  state.version = *version;
  if (IsTrue(AnyCase(value, "__deleted")) || IsTrue(AnyCase(value, "deleted"))) {
    state.what = What::kDeleted;
    return state;
  }
  const Json* document = AnyCase(value, "edfidoc");
  if (document != nullptr && document->is_string()) {
    auto read = ReadJson(document->get_ref<const std::string&>());
    if (!read) return core::Refuse(read.error());
    state.document = std::move(*read);
  } else if (document != nullptr) {
    state.document = *document;
  }
  if (!state.document.is_object()) return core::Refuse(RecordInvalid("edfidoc"));
  state.what = What::kThere;
  return state;
}

DocumentState ReadTombstone(std::string_view key) {
  DocumentState state;
  if (auto uuid = UuidIn(key)) {
    state.what = What::kDeleted;
    state.uuid = *std::move(uuid);
  }
  return state;
}

}  // namespace

core::Result<DocumentState> ReadRecord(std::string_view key,
                                       std::optional<std::string_view> value) {
  if (!value) return ReadTombstone(key);
  auto read = ReadJson(*value);
  if (!read) return core::Refuse(read.error());
  const Json* payload = Member(*read, "payload");
  const bool wrapped = payload != nullptr && Member(*read, "schema") != nullptr;
  const Json& state = wrapped ? *payload : *read;
  if (state.is_null()) return ReadTombstone(key);
  if (Member(state, "contractVersion") != nullptr) return ReadContract(key, state);
  return ReadOlder(state);
}

std::vector<DocumentState> KeepNewest(std::vector<DocumentState> states) {
  std::map<std::string, size_t> newest;  // by document, where its newest state stands
  for (size_t i = 0; i < states.size(); ++i) {
    DocumentState& state = states[i];
    if (state.what == What::kNothing) continue;
    const auto [before, first] = newest.emplace(state.uuid, i);
    if (first) continue;
    DocumentState& other = states[before->second];
    // A deletion of the older shape has the version of the last row.
    const bool higher = state.version > other.version || state.version == 0 || other.version == 0 ||
                        (state.version == other.version && state.what == What::kDeleted);
    DocumentState& dropped = higher ? other : state;
    dropped.what = What::kNothing;
    if (higher) before->second = i;
  }
  std::erase_if(states, [](const DocumentState& one) { return one.what == What::kNothing; });
  return states;
}

}  // namespace throughline::gateway::edfi
