#include "gateway/api/answers.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <utility>

#include "gateway/api/api.h"

namespace throughline::gateway {

namespace {

struct Meaning {
  int http_status;
  std::string_view name;
  std::string_view sentence;  // instead of gRPC's own words
};

constexpr std::string_view kFailed = "The call failed.";
constexpr std::array<Meaning, 17> kMeanings = {{
    {200, "OK", ""},
    {499, "CANCELLED", "The call was given up."},
    {500, "UNKNOWN", kFailed},
    {400, "INVALID_ARGUMENT", "The request is not understood."},
    {504, "DEADLINE_EXCEEDED", "The answer took too long; what was asked for may still happen."},
    {404, "NOT_FOUND", "There is no such thing."},
    {409, "ALREADY_EXISTS", "It is there already."},
    {403, "PERMISSION_DENIED", "The credential does not allow this."},
    {429, "RESOURCE_EXHAUSTED", "Too much is asked for at once; try again later."},
    {400, "FAILED_PRECONDITION", "Something else has to happen first."},
    {409, "ABORTED", "Something else happened meanwhile; look, and try again."},
    {400, "OUT_OF_RANGE", "There is no more of it."},
    {501, "UNIMPLEMENTED", "This installation does not have that."},
    {500, "INTERNAL", kFailed},
    {503, "UNAVAILABLE", "The service cannot be reached; try again soon."},
    {500, "DATA_LOSS", kFailed},
    {401, "UNAUTHENTICATED", "There is no credential that counts."},
}};

// Seconds. Nobody who may try again says when: what is full or away is so for moments.
constexpr char kRetryAfter[] = "1";
// What platform/grpc/calls.h calls an error that no service of ours gave a reason for.
constexpr std::string_view kOfGrpcItself = "RPC_FAILED";

// A path as JSON names its fields: due_date is dueDate. What is in brackets is somebody's id.
std::string JsonPathOf(std::string_view field) {
  std::string path;
  bool in_brackets = false;
  for (size_t i = 0; i < field.size(); ++i) {
    in_brackets = (in_brackets && field[i] != ']') || field[i] == '[';
    const bool joins = !in_brackets && field[i] == '_' && i + 1 < field.size() && i > 0;
    if (joins && field[i + 1] >= 'a' && field[i + 1] <= 'z') {
      path += static_cast<char>(field[++i] - 'a' + 'A');
    } else {
      path += field[i];
    }
  }
  return path;
}

// Errors in the JSON itself name the field as the sender wrote it.
bool IsAsWritten(const core::Error& error) {
  return error.reason.starts_with("QUERY_") || error.reason.starts_with("FIELD_");
}

std::string JsonPathOf(const core::Error& error) {
  return IsAsWritten(error) ? error.field : JsonPathOf(error.field);
}

bool IsPath(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("_.[]-:").find(c) != std::string_view::npos;
  });
}

// The sentence, with the field that it is about as JSON names it.
std::string SentenceOf(std::string_view sentence, std::string_view field) {
  std::string text(sentence);
  if (field.empty()) return text;
  const std::string path = JsonPathOf(field);
  for (size_t at = text.find(field); at != text.npos; at = text.find(field, at + path.size())) {
    text.replace(at, field.size(), path);
  }
  return text;
}

void AddNames(const google::protobuf::Descriptor& message, std::set<std::string>& names) {
  for (int i = 0; i < message.field_count(); ++i) {
    const std::string& name = message.field(i)->name();
    if (name.find('_') != name.npos) names.insert(name);
  }
  for (int i = 0; i < message.nested_type_count(); ++i) AddNames(*message.nested_type(i), names);
}

void AddNames(const google::protobuf::FileDescriptor& file, std::set<std::string>& names) {
  if (!file.package().starts_with("throughline.")) return;
  for (int i = 0; i < file.message_type_count(); ++i) AddNames(*file.message_type(i), names);
  for (int i = 0; i < file.dependency_count(); ++i) AddNames(*file.dependency(i), names);
}

// Names of fields that JSON spells in another way.
const std::set<std::string>& OtherNames() {
  static const std::set<std::string> all = [] {
    std::set<std::string> names;
    for (const auto* service : PublicServices()) AddNames(*service->file(), names);
    return names;
  }();
  return all;
}

bool IsOfWord(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("_-:").find(c) != std::string_view::npos;
}

// The sentence with every field as JSON names it. What is longer than a name, as an id with a
// hyphen in it, is none.
std::string WithJsonNames(const std::string& sentence) {
  std::string text;
  for (size_t at = 0; at < sentence.size();) {
    size_t end = at;
    while (end < sentence.size() && IsOfWord(sentence[end])) ++end;
    std::string word = sentence.substr(at, std::max<size_t>(end - at, 1));
    const bool colon = word.size() > 1 && word.back() == ':';
    if (colon) word.pop_back();
    text += OtherNames().contains(word) ? JsonPathOf(word) : word;
    if (colon) text += ':';
    at = std::max(end, at + 1);
  }
  return text;
}

// A finding of several: `field: sentence`. nullopt for another line.
std::optional<std::pair<std::string_view, std::string_view>> FindingOf(std::string_view line) {
  const size_t colon = line.find(": ");
  if (colon == line.npos || !IsPath(line.substr(0, colon))) return std::nullopt;
  return std::pair(line.substr(0, colon), line.substr(colon + 2));
}

// Puts the findings, a line each, into `details`; returns all of it as one text.
std::string TakeFindings(std::string_view lines, std::string_view reason,
                         nlohmann::ordered_json& details) {
  std::string text;
  while (!lines.empty()) {
    const std::string_view line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(std::min(line.size() + 1, lines.size()));
    const auto finding = FindingOf(line);
    if (!text.empty()) text += ' ';
    if (!finding) {
      text += line;
      continue;
    }
    const std::string field = JsonPathOf(finding->first);
    const std::string sentence = SentenceOf(finding->second, finding->first);
    details.push_back({{"reason", reason}, {"field", field}, {"message", sentence}});
    text += field + ": " + sentence;
  }
  return text;
}

const Meaning& MeaningOf(core::Code code) {
  const auto number = static_cast<size_t>(code);
  return kMeanings[number < kMeanings.size() ? number : 2];
}

}  // namespace

int HttpStatusOf(core::Code code) { return MeaningOf(code).http_status; }

int HttpStatusOf(const core::Error& error) {
  if (error.reason == "BODY_TOO_LARGE") return 413;
  if (error.reason == "BODY_TOO_SLOW") return 408;
  if (error.reason == "CONTENT_TYPE_MISSING" || error.reason == "CONTENT_TYPE_REFUSED") return 415;
  return HttpStatusOf(error.code);
}

std::string_view NameOf(core::Code code) { return MeaningOf(code).name; }

platform::http::Response JsonAnswer(std::string body) {
  return {200, {{"Content-Type", "application/json"}}, std::move(body)};
}

platform::http::Response ErrorAnswer(const core::Error& error) {
  return ErrorAnswer(error, HttpStatusOf(error));
}

platform::http::Response ErrorAnswer(const core::Error& error, int http_status) {
  const Meaning& meaning = MeaningOf(error.code);
  const bool of_grpc = error.reason.empty() || error.reason == kOfGrpcItself;
  const std::string_view reason = of_grpc ? meaning.name : error.reason;
  auto details = nlohmann::ordered_json::array();
  std::string message(of_grpc ? meaning.sentence : error.message);
  if (message.find('\n') != message.npos) message = TakeFindings(message, reason, details);
  if (details.empty()) {
    details.push_back({{"reason", reason}});
    if (!error.field.empty()) details.back()["field"] = JsonPathOf(error);
    message = SentenceOf(message, error.field);
    // What the JSON itself says wrongly is named as it was written; a mapping has names of its own.
    const bool own_names = IsAsWritten(error) || error.reason.starts_with("MAPPING_");
    if (!own_names) message = WithJsonNames(message);
  }
  nlohmann::ordered_json body;
  body["error"] = {
      {"code", http_status}, {"status", meaning.name}, {"message", message}, {"details", details}};
  platform::http::Response answer =
      JsonAnswer(body.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
  answer.status = http_status;
  if (http_status == 429 || http_status == 503) {
    answer.headers.emplace_back("Retry-After", kRetryAfter);
  }
  if (http_status == 401) answer.headers.emplace_back("WWW-Authenticate", "Bearer");
  return answer;
}

}  // namespace throughline::gateway
