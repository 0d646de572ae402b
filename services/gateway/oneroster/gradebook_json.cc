#include "gateway/oneroster/gradebook_json.h"

#include <algorithm>
#include <cctype>
#include <limits>

#include "core/date.h"
#include "core/decimal.h"
#include "core/display_text.h"
#include "core/ids.h"
#include "csv/text.h"
#include "gateway/api/answers.h"
#include "gateway/intake/errors.h"
#include "gateway/intake/score.h"
#include "gateway/oneroster/errors.h"
#include "importing/assessment_kinds.h"
#include "oneroster/conventions.h"
#include "platform/access/scopes.h"

namespace throughline::gateway::oneroster {

namespace v1 = evidence::v1;
namespace bundle = throughline::oneroster;
using core::Result;

namespace {

constexpr size_t kNameBytes = 256;  // of titles and scales, as evidence takes them

// The sourcedId that a reference names; empty when there is no such reference.
Result<std::string> Reference(const Json& object, std::string_view name) {
  const Json* reference = Member(object, name);
  if (reference == nullptr || reference->is_null()) return std::string();
  const auto id = Text(*reference, "sourcedId");
  if (!id || id->empty()) {
    return core::Refuse(FieldInvalid(std::string(name) + ".sourcedId", "the id of something"));
  }
  return *id;
}

Result<std::string> RequiredReference(const Json& object, std::string_view name) {
  auto id = Reference(object, name);
  if (id && id->empty()) return core::Refuse(FieldMissing(std::string(name) + ".sourcedId"));
  return id;
}

// A member's number as it was written, whether as a number or as a string; empty: there is none.
Result<std::string> Decimal(const Json& object, std::string_view name) {
  const Json* member = Member(object, name);
  if (member == nullptr || member->is_null()) return std::string();
  const auto text = DecimalText(*member);
  if (!text || !core::Decimal::Parse(*text)) {
    return core::Refuse(FieldInvalid(name, "a decimal number of at most 30 characters"));
  }
  return *text;
}

Result<void> CheckId(const Json& object, std::string_view sourced_id) {
  if (!object.is_object()) return core::Refuse(FieldInvalid("", "an object"));
  const auto own = Text(object, "sourcedId");
  if (own && *own != sourced_id) {
    return core::Refuse(FieldInvalid("sourcedId", "the same as in the path"));
  }
  return {};
}

Result<void> ReadStatus(const Json& object, v1::Result& result) {
  const auto status = Text(object, "status").value_or("active");
  const bool gone = throughline::csv::IsSameWord(status, "tobedeleted");
  if (!gone && !throughline::csv::IsSameWord(status, "active")) {
    return core::Refuse(FieldInvalid("status", "active or tobedeleted"));
  }
  result.set_retracted(gone);
  return {};
}

Result<void> ReadScore(const Json& object, v1::Result& result) {
  auto score = Decimal(object, "score");
  if (!score) return core::Refuse(score.error());
  if (!score->empty()) {
    result.set_score_text(*score);
    result.set_score(core::Decimal::Parse(*score)->ToDouble());
  }
  const auto status = Text(object, "scoreStatus");
  if (!status) return core::Refuse(FieldMissing("scoreStatus"));
  const auto known = ParseScoreStatus(*status);
  if (!known) {
    return core::Refuse(FieldInvalid(
        "scoreStatus", "one of exempt, fully graded, not submitted, partially graded, submitted"));
  }
  result.set_score_status(*known);
  return {};
}

// A day, or the day of a point in time as it is written there.
Result<void> ReadDates(const Json& object, v1::Result& result) {
  const auto date = Text(object, "scoreDate");
  if (!date) return core::Refuse(FieldMissing("scoreDate"));
  if (date->size() > 10 && !core::ParseInstant(*date)) {
    return core::Refuse(FieldInvalid("scoreDate", "a date like 2026-09-01"));
  }
  if (!core::ParseDate(date->substr(0, 10))) {
    return core::Refuse(FieldInvalid("scoreDate", "a date like 2026-09-01"));
  }
  result.set_date(date->substr(0, 10));
  const auto modified = Text(object, "dateLastModified");
  if (!modified) return {};
  const auto instant = core::ParseInstant(*modified);
  if (!instant) {
    return core::Refuse(
        FieldInvalid("dateLastModified", "a point in time like 2026-09-01T08:00:00.000Z"));
  }
  result.set_modified_at_ms(core::ToMillis(*instant));
  return {};
}

Result<void> ReadPlace(const Json& object, v1::Result& result) {
  auto student = RequiredReference(object, "student");
  if (!student) return core::Refuse(student.error());
  result.set_student(*student);
  auto line_item = Reference(object, "lineItem");
  if (!line_item) return core::Refuse(line_item.error());
  auto assessment = Reference(object, "assessmentLineItem");
  if (!assessment) return core::Refuse(assessment.error());
  if (line_item->empty() && assessment->empty()) {
    return core::Refuse(FieldMissing("lineItem.sourcedId"));
  }
  result.set_line_item(*line_item);
  if (!assessment->empty()) result.set_assessment(bundle::IdOf(*assessment));
  auto class_id = Reference(object, "class");
  if (!class_id) return core::Refuse(class_id.error());
  if (!class_id->empty()) result.set_class_id(bundle::IdOf(*class_id));
  return {};
}

// metadata: strings as they are; lists of strings with semicolons between them.
bundle::Metadata MetadataOf(const Json& object) {
  bundle::Metadata metadata;
  const Json* members = Member(object, "metadata");
  if (members == nullptr || !members->is_object()) return metadata;
  for (const auto& [name, value] : members->items()) {
    std::string text;
    if (value.is_string()) {
      text = value.get<std::string>();
    } else if (value.is_array()) {
      for (const Json& one : value) {
        if (one.is_string()) text += (text.empty() ? "" : ";") + one.get<std::string>();
      }
    } else if (auto number = NumberText(value)) {
      text = *number;
    }
    if (!text.empty()) metadata[name] = std::move(text);
  }
  return metadata;
}

Result<void> ReadScale(const Json& object, v1::Assessment& assessment) {
  auto lowest = Decimal(object, "resultValueMin");
  if (!lowest) return core::Refuse(lowest.error());
  auto highest = Decimal(object, "resultValueMax");
  if (!highest) return core::Refuse(highest.error());
  if (highest->empty()) return core::Refuse(FieldMissing("resultValueMax"));
  const auto min = core::Decimal::Parse(lowest->empty() ? "0" : *lowest);
  const auto max = core::Decimal::Parse(*highest);
  if (!(*min < *max)) return core::Refuse(ScaleInvalid());
  assessment.set_scale_min(min->ToDouble());
  assessment.set_scale_max(max->ToDouble());
  return {};
}

// By `metadata.scale`, else by the score scale of OneRoster 1.2 that it refers to; empty: it is on
// none that others are on.
Result<std::string> ScaleNameOf(const Json& object) {
  const Json* metadata = Member(object, "metadata");
  const Json* named = metadata == nullptr ? nullptr : Member(*metadata, "scale");
  const bool is_said = named != nullptr && !named->is_null() && *named != "";
  const char* field = is_said ? "metadata.scale" : "scoreScale.sourcedId";
  if (is_said && !named->is_string()) {
    return core::Refuse(FieldInvalid(field, "the name of a scale, as text"));
  }
  auto scale =
      is_said ? Result<std::string>(named->get<std::string>()) : Reference(object, "scoreScale");
  if (!scale) return scale;
  if (auto error = core::CheckDisplayText(*scale, field, kNameBytes)) return core::Refuse(*error);
  return scale;
}

// What a line item of either sort says of the assessment that it is.
Result<v1::Assessment> ReadAssessment(const Json& object, const bundle::LineItem& line_item) {
  v1::Assessment assessment;
  if (line_item.title.empty()) return core::Refuse(FieldMissing("title"));
  if (line_item.title.size() > kNameBytes)
    return core::Refuse(core::TextTooLong("title", kNameBytes));
  assessment.set_title(line_item.title);
  const auto kind = line_item.metadata.find("kind");
  if (kind == line_item.metadata.end()) {
    assessment.set_kind(importing::KindOf(bundle::KindOfCategory(line_item.title)));
  } else if (const auto parsed = bundle::ParseKind(kind->second)) {
    assessment.set_kind(importing::KindOf(*parsed));
  } else {
    return core::Refuse(FieldInvalid("metadata.kind", "a kind such as quarterly_interim"));
  }
  for (std::string& indicator : bundle::IndicatorsOf(line_item)) {
    assessment.add_indicators(std::move(indicator));
  }
  if (auto ends = ReadScale(object, assessment); !ends) return core::Refuse(ends.error());
  auto scale = ScaleNameOf(object);
  if (!scale) return core::Refuse(scale.error());
  assessment.set_scale(*std::move(scale));
  const auto cut = line_item.metadata.find("cut");
  if (cut != line_item.metadata.end()) {
    const auto parsed = core::Decimal::Parse(cut->second);
    if (!parsed) return core::Refuse(FieldInvalid("metadata.cut", "a decimal number"));
    assessment.set_proficiency_cut(parsed->ToDouble());
  }
  return assessment;
}

// What the object does not say of an assessment that is there stays as it is.
void KeepWhatIsUnsaid(const bundle::LineItem& line_item, v1::DefineAssessmentsRequest& request) {
  request.set_keep_unsaid(true);
  request.set_keep_kind(!line_item.metadata.contains("kind"));
}

Json StatusInfo(bool success, std::string_view severity, const std::string& description,
                std::string_view minor, std::string_view field) {
  Json info{{"imsx_codeMajor", success ? "success" : "failure"},
            {"imsx_severity", severity},
            {"imsx_description", description}};
  const Json one{{"imsx_codeMinorFieldName", field.empty() ? "TargetEndSystem" : field},
                 {"imsx_codeMinorFieldValue", minor}};
  info["imsx_CodeMinor"] = {{"imsx_codeMinorField", Json::array({one})}};
  return info;
}

std::string_view MinorOf(const core::Error& error) {
  if (error.reason == "FILTER_INVALID") return "invalid_filter_field";
  switch (error.code) {
    case core::Code::kUnauthenticated:
      return "unauthorisedrequest";
    case core::Code::kPermissionDenied:
      return "forbidden";
    case core::Code::kNotFound:
      return "unknownobject";
    case core::Code::kResourceExhausted:
    case core::Code::kUnavailable:
      return "server_busy";
    case core::Code::kInternal:
      return "internal_server_error";
    default:
      return "invaliddata";
  }
}

int StatusOf(const core::Error& error) {
  if (error.reason == "TOO_MANY_ITEMS") return 413;
  if (error.reason == FilterTooLong().reason) return 414;
  if (const int status = HttpStatusOf(error); status != HttpStatusOf(error.code)) return status;
  // What is JSON but not what the binding says is 422 there.
  if (error.code == core::Code::kInvalidArgument && !error.reason.starts_with("JSON_") &&
      error.reason != "FILTER_INVALID") {
    return 422;
  }
  return HttpStatusOf(error.code);
}

}  // namespace

Result<Json> Unwrap(std::string_view body, std::string_view name) {
  auto json = ReadJson(body);
  if (!json) return core::Refuse(json.error());
  const Json* object = Member(*json, name);
  if (object == nullptr) return core::Refuse(BodyUnwrapped(name));
  return *object;
}

Result<v1::Result> ReadResult(const Json& object, std::string_view sourced_id) {
  if (auto checked = CheckId(object, sourced_id); !checked) return core::Refuse(checked.error());
  v1::Result result;
  result.set_source_id(std::string(sourced_id));
  for (auto* read : {ReadStatus, ReadPlace, ReadScore, ReadDates}) {
    if (auto done = read(object, result); !done) return core::Refuse(done.error());
  }
  return result;
}

Result<v1::Result> ReadResultOf(const Json& object, std::string_view line_item) {
  if (!object.is_object()) return core::Refuse(FieldInvalid("results", "a list of objects"));
  Json whole = object;
  auto named = Reference(object, "lineItem");
  if (!named) return core::Refuse(named.error());
  if (!named->empty() && *named != line_item) {
    return core::Refuse(FieldInvalid("lineItem.sourcedId", "the one in the path"));
  }
  whole["lineItem"]["sourcedId"] = std::string(line_item);
  std::string sourced_id = Text(object, "sourcedId").value_or("");
  if (sourced_id.empty()) {
    auto student = RequiredReference(object, "student");
    if (!student) return core::Refuse(student.error());
    // The same result twice is one result, whatever its number. The student does not show through
    // it.
    sourced_id = core::DerivedId({line_item, *student});
    whole["sourcedId"] = sourced_id;
  }
  return ReadResult(whole, sourced_id);
}

Result<v1::DefineAssessmentsRequest> ReadLineItem(const Json& object, std::string_view sourced_id) {
  if (auto checked = CheckId(object, sourced_id); !checked) return core::Refuse(checked.error());
  bundle::LineItem line_item;
  line_item.title = Text(object, "title").value_or("");
  line_item.metadata = MetadataOf(object);
  for (const auto& [name, to] : {std::pair{"category", &line_item.category},
                                 {"academicSession", &line_item.session},
                                 {"class", &line_item.class_id},
                                 {"school", &line_item.school}}) {
    auto id = Reference(object, name);
    if (!id) return core::Refuse(id.error());
    *to = std::move(*id);
  }
  if (line_item.session.empty()) {
    auto period = Reference(object, "gradingPeriod");
    if (!period) return core::Refuse(period.error());
    line_item.session = std::move(*period);
  }
  if (line_item.class_id.empty()) return core::Refuse(FieldMissing("class.sourcedId"));
  if (line_item.school.empty()) return core::Refuse(FieldMissing("school.sourcedId"));
  auto assessment = ReadAssessment(object, line_item);
  if (!assessment) return core::Refuse(assessment.error());
  assessment->set_assessment(bundle::AssessmentIdOf(line_item));
  v1::DefineAssessmentsRequest request;
  v1::LineItem& column = *request.add_line_items();
  column.set_line_item(std::string(sourced_id));
  column.set_assessment(assessment->assessment());
  column.set_class_id(bundle::IdOf(line_item.class_id));
  column.set_school(bundle::IdOf(line_item.school));
  *request.add_assessments() = std::move(*assessment);
  KeepWhatIsUnsaid(line_item, request);
  return request;
}

Result<v1::DefineAssessmentsRequest> ReadAssessmentLineItem(const Json& object,
                                                            std::string_view sourced_id) {
  if (auto checked = CheckId(object, sourced_id); !checked) return core::Refuse(checked.error());
  bundle::LineItem line_item;
  line_item.title = Text(object, "title").value_or("");
  line_item.metadata = MetadataOf(object);
  auto assessment = ReadAssessment(object, line_item);
  if (!assessment) return core::Refuse(assessment.error());
  assessment->set_assessment(bundle::IdOf(sourced_id));
  v1::DefineAssessmentsRequest request;
  *request.add_assessments() = std::move(*assessment);
  KeepWhatIsUnsaid(line_item, request);
  return request;
}

bool SaysAssessment(const Json& object) { return MetadataOf(object).contains("assessment"); }

void StayWith(const std::string& assessment, v1::DefineAssessmentsRequest& request) {
  for (v1::LineItem& item : *request.mutable_line_items()) item.set_assessment(assessment);
  for (v1::Assessment& one : *request.mutable_assessments()) one.set_assessment(assessment);
}

Json ToJson(const v1::Assessment& assessment) {
  Json indicators = Json::array();
  for (const std::string& indicator : assessment.indicators()) indicators.push_back(indicator);
  Json metadata{{"indicator", std::move(indicators)}};
  for (const auto kind :
       {bundle::AssessmentKind::kAnnualSummative, bundle::AssessmentKind::kTrimesterScreening,
        bundle::AssessmentKind::kQuarterlyInterim, bundle::AssessmentKind::kMonthlyFormative,
        bundle::AssessmentKind::kDailyCheck}) {
    if (importing::KindOf(kind) == assessment.kind()) metadata["kind"] = bundle::KindName(kind);
  }
  if (assessment.has_proficiency_cut()) metadata["cut"] = assessment.proficiency_cut();
  if (!assessment.scale().empty()) metadata["scale"] = assessment.scale();
  return {{"sourcedId", assessment.assessment()},
          {"status", "active"},
          {"title", assessment.title()},
          {"resultValueMin", assessment.scale_min()},
          {"resultValueMax", assessment.scale_max()},
          {"metadata", std::move(metadata)}};
}

Json ToJson(const v1::LineItem& line_item, const v1::Assessment* assessment) {
  Json object = assessment == nullptr ? Json::object() : ToJson(*assessment);
  object["sourcedId"] = line_item.line_item();
  object["status"] = "active";
  object["metadata"]["assessment"] = line_item.assessment();
  object["class"] = {{"sourcedId", line_item.class_id()}, {"type", "class"}};
  object["school"] = {{"sourcedId", line_item.school()}, {"type", "org"}};
  return object;
}

bool IsInScope(std::string_view scope, std::string_view method) {
  const char* like = method == "GET"      ? "ListAssessments"
                     : method == "DELETE" ? "RemoveAssessments"
                                          : "DefineAssessments";
  return platform::MayCall(scope, std::string("throughline.evidence.v1.EvidenceService.") + like);
}

platform::http::Response ToResponse(const core::Error& error) {
  platform::http::Response answer = ErrorAnswer(error, StatusOf(error));
  const std::string where = error.field.empty() ? "" : error.field + ": ";
  answer.body = StatusInfo(false, "error", where + error.message, MinorOf(error), error.field)
                    .dump(-1, ' ', false, Json::error_handler_t::replace);
  return answer;
}

platform::http::Response ToResponse(const ItemOutcome& outcome) {
  if (outcome.rejected()) return ToResponse(outcome.problem);
  const bool aside = outcome.outcome == v1::RESULT_OUTCOME_QUARANTINED;
  std::string description(NameOf(outcome));
  if (aside) description += ": " + outcome.problem.reason + ": " + outcome.problem.message;
  const Json info = StatusInfo(true, aside ? "warning" : "status", description,
                               aside ? "invaliddata" : "fullsuccess", outcome.problem.field);
  const bool is_new = outcome.outcome == v1::RESULT_OUTCOME_ACCEPTED ||
                      outcome.outcome == v1::RESULT_OUTCOME_UNSCORED;
  return {is_new ? 201 : 200, {{"Content-Type", "application/json"}}, info.dump()};
}

}  // namespace throughline::gateway::oneroster
