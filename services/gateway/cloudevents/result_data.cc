#include "gateway/cloudevents/result_data.h"

#include <algorithm>

#include "gateway/intake/errors.h"
#include "gateway/intake/score.h"
#include "oneroster/conventions.h"

namespace throughline::gateway::cloudevents {

namespace {

constexpr char kStatusWords[] =
    "fully graded, partially graded, submitted, not submitted or exempt";

using evidence::v1::Result;

constexpr std::string_view kMembers[] = {"source_id", "student",      "assessment",  "line_item",
                                         "class",     "school",       "score",       "scale",
                                         "date",      "score_status", "modified_at", "retracted"};

core::Result<void> CheckMembers(const Json& data) {
  if (!data.is_object()) return core::Refuse(FieldInvalid("data", "an object"));
  for (const auto& [name, value] : data.items()) {
    if (std::find(std::begin(kMembers), std::end(kMembers), name) == std::end(kMembers)) {
      return core::Refuse(FieldUnknown(name));
    }
  }
  for (const char* name : {"source_id", "student", "assessment", "line_item", "class", "school",
                           "score_status", "date", "modified_at"}) {
    const Json* member = Member(data, name);
    if (member != nullptr &&
        (!member->is_string() || member->get_ref<const std::string&>().empty())) {
      return core::Refuse(FieldInvalid(name, "a text that is not empty"));
    }
  }
  const Json* retracted = Member(data, "retracted");
  if (retracted != nullptr && !retracted->is_boolean()) {
    return core::Refuse(FieldInvalid("retracted", "true or false"));
  }
  return {};
}

core::Result<void> SetScoreOf(const Json& data, Result& result) {
  const Json* score = Member(data, "score");
  if (score != nullptr && !score->is_null()) {
    const auto text = DecimalText(*score);
    if (!text) return core::Refuse(ScoreInvalid("score"));
    if (auto set = SetScore(*text, "score", result); !set) return set;
  } else if (score != nullptr) {
    result.set_score_status(evidence::v1::SCORE_STATUS_NOT_SUBMITTED);  // that is said
  }
  if (const Json* scale = Member(data, "scale")) {
    const Json *min = Member(*scale, "min"), *max = Member(*scale, "max");
    const bool whole = min != nullptr && max != nullptr && scale->size() == 2;
    if (!whole) return core::Refuse(FieldInvalid("scale", "an object of min and max"));
    const auto lowest = DecimalText(*min), highest = DecimalText(*max);
    if (!lowest || !highest) return core::Refuse(ScaleInvalid("scale"));
    if (auto set = SetScale(*lowest, *highest, "scale", result); !set) return set;
  }
  if (const auto word = Text(data, "score_status")) {
    const auto status = ParseScoreStatus(*word);
    if (!status) return core::Refuse(FieldInvalid("score_status", kStatusWords));
    result.set_score_status(*status);
  }
  return {};
}

core::Result<void> SetTimes(const Json& data, Result& result) {
  if (const auto date = Text(data, "date")) {
    if (!core::ParseDate(*date)) return core::Refuse(FieldInvalid("date", "a day: 2026-03-02"));
    result.set_date(*date);
  }
  if (const auto modified = Text(data, "modified_at")) {
    const auto instant = ReadInstant(*modified);
    if (!instant) return core::Refuse(FieldInvalid("modified_at", "an instant after RFC 3339"));
    result.set_modified_at_ms(core::ToMillis(*instant));
  }
  return {};
}

core::Result<void> CheckRequired(const Result& result) {
  if (result.source_id().empty()) return core::Refuse(FieldMissing("source_id"));
  if (result.retracted()) return {};
  if (result.student().empty()) return core::Refuse(FieldMissing("student"));
  if (result.assessment().empty() && result.line_item().empty()) {
    return core::Refuse(FieldMissing("assessment"));
  }
  if (result.date().empty()) return core::Refuse(FieldMissing("date"));
  return {};
}

}  // namespace

core::Result<Result> ReadResultData(const Json& data) {
  if (auto checked = CheckMembers(data); !checked) return core::Refuse(checked.error());
  Result result;
  result.set_source_id(Text(data, "source_id").value_or(""));
  result.set_student(Text(data, "student").value_or(""));
  result.set_line_item(Text(data, "line_item").value_or(""));
  if (const auto id = Text(data, "assessment"))
    result.set_assessment(throughline::oneroster::IdOf(*id));
  if (const auto id = Text(data, "class")) result.set_class_id(throughline::oneroster::IdOf(*id));
  if (const auto id = Text(data, "school")) result.set_school(throughline::oneroster::IdOf(*id));
  const Json* retracted = Member(data, "retracted");
  result.set_retracted(retracted != nullptr && retracted->get<bool>());
  if (auto set = SetScoreOf(data, result); !set) return core::Refuse(set.error());
  if (auto set = SetTimes(data, result); !set) return core::Refuse(set.error());
  if (auto checked = CheckRequired(result); !checked) return core::Refuse(checked.error());
  return result;
}

}  // namespace throughline::gateway::cloudevents
