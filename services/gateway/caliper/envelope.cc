#include "gateway/caliper/envelope.h"

#include <algorithm>
#include <cctype>

#include "gateway/caliper/errors.h"
#include "gateway/intake/errors.h"
#include "gateway/intake/score.h"

namespace throughline::gateway::caliper {

namespace {

using evidence::v1::Result;

constexpr std::string_view kVersions[] = {"http://purl.imsglobal.org/ctx/caliper/v1p1",
                                          "http://purl.imsglobal.org/ctx/caliper/v1p2"};

// The IRI of an entity, whole or by reference; empty when there is none.
std::string IriOf(const Json* entity) {
  if (entity == nullptr) return "";
  if (entity->is_string()) return entity->get<std::string>();
  return Text(*entity, "id").value_or("");
}

const Json* Member(const Json* entity, std::string_view name) {
  return entity == nullptr ? nullptr : gateway::Member(*entity, name);
}

// The first that is an object, else the first that is anything; null when all are null.
const Json* WholeOf(std::initializer_list<const Json*> entities) {
  for (const Json* entity : entities) {
    if (entity != nullptr && entity->is_object()) return entity;
  }
  const auto any = std::find_if(entities.begin(), entities.end(),
                                [](const Json* entity) { return entity != nullptr; });
  return any == entities.end() ? nullptr : *any;
}

// What an event says of a grading.
struct Grading {
  const Json* attempt = nullptr;
  const Json* assignable = nullptr;
  const Json* score = nullptr;  // has scoreGiven and maxScore, where it says them
};

bool HasScore(const Json* entity) {
  const Json* given = Member(entity, "scoreGiven");
  return given != nullptr && !given->is_null();
}

// Whether a term of Caliper is said; some sensors write it in capitals, or all small.
bool Says(const Json& entity, std::string_view name, std::string_view term) {
  const auto said = Text(entity, name);
  const auto same = [](unsigned char a, unsigned char b) {
    return std::tolower(a) == std::tolower(b);
  };
  return said && std::equal(said->begin(), said->end(), term.begin(), term.end(), same);
}

// Whether a grading is taken away: a Score that says that it has none.
bool IsUngrading(const Json* generated) {
  const Json* given = Member(generated, "scoreGiven");
  return given != nullptr && given->is_null() && Says(*generated, "type", "Score");
}

// The grading that an event tells of; nullopt when it is no result.
std::optional<Grading> GradingOf(const Json& event) {
  const Json* generated = Member(&event, "generated");
  if (Says(event, "type", "GradeEvent") && Says(event, "action", "Graded")) {
    const Json* attempt = WholeOf({Member(&event, "object"), Member(generated, "attempt")});
    return Grading{attempt, Member(attempt, "assignable"), generated};
  }
  const bool completed =
      Says(event, "type", "AssessmentItemEvent") && Says(event, "action", "Completed");
  if (completed && HasScore(generated)) {
    const Json* attempt = WholeOf({Member(generated, "attempt")});
    const Json* assignable = Member(attempt, "assignable");
    return Grading{attempt, assignable == nullptr ? Member(&event, "object") : assignable,
                   generated};
  }
  return std::nullopt;
}

core::Result<void> SetGiven(const Json* score, Result& result) {
  if (!HasScore(score)) {
    // What says nothing of a score takes none away: evidence sets it aside, for a score is missing.
    result.set_score_status(IsUngrading(score) ? evidence::v1::SCORE_STATUS_SUBMITTED
                                               : evidence::v1::SCORE_STATUS_FULLY_GRADED);
    return {};
  }
  const auto given = DecimalText(*Member(score, "scoreGiven"));
  if (!given) return core::Refuse(ScoreInvalid("generated.scoreGiven"));
  if (auto set = SetScore(*given, "generated.scoreGiven", result); !set) return set;
  const Json* max = Member(score, "maxScore");
  if (max == nullptr || max->is_null()) return {};
  const auto highest = DecimalText(*max);
  if (!highest) return core::Refuse(ScaleInvalid("generated.maxScore"));
  return SetScale("0", *highest, "generated.maxScore", result);
}

core::Result<void> SetTimes(const Json& event, const Json* attempt, const SourceSettings& settings,
                            Result& result) {
  const auto told = ReadInstant(Text(event, "eventTime").value_or(""));
  if (!told) return core::Refuse(FieldInvalid("eventTime", "an instant after ISO 8601"));
  result.set_modified_at_ms(core::ToMillis(*told));
  for (const char* name : {"endedAtTime", "startedAtTime"}) {
    const Json* time = Member(attempt, name);
    if (time == nullptr || !time->is_string()) continue;
    const auto instant = ReadInstant(time->get<std::string>());
    if (!instant) return core::Refuse(FieldInvalid(std::string("attempt.") + name, "an instant"));
    SetDay(*instant, settings, result);
    return {};
  }
  SetDay(*told, settings, result);
  return {};
}

core::Result<Result> ResultOf(const Json& event, const Grading& grading,
                              const SourceSettings& settings) {
  Result result;
  const std::string id = Text(event, "id").value_or("");
  if (id.empty()) return core::Refuse(FieldMissing("id"));
  const std::string attempt = IriOf(grading.attempt);
  if (attempt.empty()) return core::Refuse(FieldMissing("object.id"));
  result.set_source_id(attempt);
  result.set_hide_source_id(true);
  result.set_source_version(id);
  const std::string student = IriOf(Member(grading.attempt, "assignee"));
  if (student.empty()) return core::Refuse(FieldMissing("object.assignee"));
  SetStudent(student, settings, result);
  const std::string assessment = IriOf(grading.assignable);
  if (assessment.empty()) return core::Refuse(FieldMissing("object.assignable"));
  SetAssessment(assessment, settings, result);
  std::string group = IriOf(Member(&event, "group"));
  if (group.empty()) group = IriOf(Member(Member(&event, "membership"), "organization"));
  if (!group.empty()) SetClass(group, settings, result);
  if (auto set = SetGiven(grading.score, result); !set) return core::Refuse(set.error());
  auto set = SetTimes(event, grading.attempt, settings, result);
  if (!set) return core::Refuse(set.error());
  return result;
}

core::Result<void> CheckEnvelope(const Json& envelope) {
  if (!envelope.is_object()) return core::Refuse(NoEnvelope());
  const auto sensor = Text(envelope, "sensor");
  if (!sensor || sensor->empty()) return core::Refuse(EnvelopeInvalid("sensor"));
  if (!ReadInstant(Text(envelope, "sendTime").value_or(""))) {
    return core::Refuse(EnvelopeInvalid("sendTime"));
  }
  const auto version = Text(envelope, "dataVersion");
  if (!version) return core::Refuse(EnvelopeInvalid("dataVersion"));
  const Json* data = Member(&envelope, "data");
  if (data == nullptr || !data->is_array() || data->empty()) {
    return core::Refuse(EnvelopeInvalid("data"));
  }
  if (std::find(std::begin(kVersions), std::end(kVersions), *version) == std::end(kVersions)) {
    return core::Refuse(VersionNotSupported());
  }
  if (data->size() > kItemsAtMost) return core::Refuse(TooManyItems(kItemsAtMost));
  return {};
}

}  // namespace

core::Result<void> CheckMediaType(std::string_view media_type) {
  if (media_type != "application/json") return core::Refuse(MediaTypeNotSupported());
  return {};
}

core::Result<Understood> ReadEnvelope(std::string_view body, const SourceSettings& settings) {
  auto envelope = ReadJson(body);
  if (!envelope) return core::Refuse(envelope.error());
  if (auto checked = CheckEnvelope(*envelope); !checked) return core::Refuse(checked.error());
  Understood understood;
  understood.pushed.source = settings.source;
  for (const Json& item : envelope->at("data")) {
    if (!item.is_object()) {
      understood.Add(core::Refuse(FieldInvalid("data", "events and entities")));
    } else if (const auto grading = GradingOf(item)) {
      understood.Add(ResultOf(item, *grading, settings));
    } else {
      understood.Ignore();
    }
  }
  return understood;
}

Answer AnswerTo(const core::Error& error) {
  const int status = error.reason == "MEDIA_TYPE_NOT_SUPPORTED"        ? 415
                     : error.reason == "CALIPER_VERSION_NOT_SUPPORTED" ? 422
                     : error.code == core::Code::kResourceExhausted    ? 413
                                                                       : 400;
  return {.status = status, .body = Written(ErrorJson(error))};
}

Answer AnswerTo(const Understood& understood, const std::vector<ItemOutcome>& outcomes) {
  const bool taken = understood.ignored() > 0 ||
                     std::any_of(outcomes.begin(), outcomes.end(),
                                 [](const ItemOutcome& outcome) { return !outcome.rejected(); });
  const bool contradicts = std::all_of(outcomes.begin(), outcomes.end(), IsConflict);
  const Json body = {{"ignored", understood.ignored()}, {"items", ItemsJson(understood, outcomes)}};
  return {.status = taken ? 200 : contradicts ? 409 : 422, .body = Written(body)};
}

Answer Configuration(size_t bytes_at_most) {
  Json versions = Json::array();
  for (const std::string_view version : kVersions) versions.push_back(version);
  const Json configuration = {{"caliper_maximum_payload_size", bytes_at_most / 1024},
                              {"caliper_supported_versions", std::move(versions)},
                              {"caliper_supported_extensions", {{"endpoint_name", "Throughline"}}}};
  return {.status = 200, .body = Written(configuration)};
}

void Fuzz(std::string_view body) {
  SourceSettings settings;
  settings.source = "caliper";
  auto understood = ReadEnvelope(body, settings);
  if (!understood) {
    AnswerTo(understood.error());
    return;
  }
  const ItemOutcome accepted{evidence::v1::RESULT_OUTCOME_ACCEPTED, {}};
  AnswerTo(*understood, std::vector<ItemOutcome>(understood->pushed.items.size(), accepted));
}

}  // namespace throughline::gateway::caliper
