#include "gateway/edfi/assessment.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "core/decimal.h"
#include "core/display_text.h"
#include "core/ids.h"
#include "gateway/edfi/fields.h"
#include "gateway/edfi/keys.h"
#include "gateway/edfi/scores.h"

namespace throughline::gateway::edfi {

using core::Decimal;
using evidence::v1::Assessment;
using evidence::v1::AssessmentKind;

namespace {

constexpr size_t kTitleAtMost = 1024;
constexpr size_t kTitleBytes = 256;  // of evidence
constexpr size_t kScaleBytes = 256;  // of evidence
constexpr size_t kFamilyAtMost = 60;

struct Scale {
  std::string method;
  Decimal min;
  Decimal max;
};

struct Named {
  std::string name_space;
  std::string identifier;
  std::string objective;  // empty: the whole
  std::string title;
  std::string family;  // empty: none
  AssessmentKind kind = evidence::v1::ASSESSMENT_KIND_QUARTERLY_INTERIM;
};

AssessmentKind KindOf(std::string_view category) {
  static constexpr std::array<std::pair<std::string_view, AssessmentKind>, 12> kKinds = {{
      {"summative", evidence::v1::ASSESSMENT_KIND_ANNUAL_SUMMATIVE},
      {"state", evidence::v1::ASSESSMENT_KIND_ANNUAL_SUMMATIVE},
      {"end of course", evidence::v1::ASSESSMENT_KIND_ANNUAL_SUMMATIVE},
      {"college entrance", evidence::v1::ASSESSMENT_KIND_ANNUAL_SUMMATIVE},
      {"advanced placement", evidence::v1::ASSESSMENT_KIND_ANNUAL_SUMMATIVE},
      {"language proficiency", evidence::v1::ASSESSMENT_KIND_ANNUAL_SUMMATIVE},
      {"screen", evidence::v1::ASSESSMENT_KIND_TRIMESTER_SCREENING},
      {"diagnostic", evidence::v1::ASSESSMENT_KIND_TRIMESTER_SCREENING},
      {"formative", evidence::v1::ASSESSMENT_KIND_MONTHLY_FORMATIVE},
      {"class test", evidence::v1::ASSESSMENT_KIND_DAILY_CHECK},
      {"class quiz", evidence::v1::ASSESSMENT_KIND_DAILY_CHECK},
      {"quiz", evidence::v1::ASSESSMENT_KIND_DAILY_CHECK},
  }};
  const std::string lower = LowerCase(CodeValueOf(category));
  for (const auto& [part, kind] : kKinds) {
    if (lower.find(part) != std::string::npos) return kind;
  }
  return evidence::v1::ASSESSMENT_KIND_QUARTERLY_INTERIM;  // benchmark tests, interims, others
}

bool SaysProficient(const std::string& level) {
  static constexpr std::array<std::string_view, 9> kProficient = {
      "proficient",      "met standard", "meets standard",       "meets", "pass", "satisfactory",
      "meets benchmark", "at benchmark", "at or above benchmark"};
  return std::find(kProficient.begin(), kProficient.end(), LowerCase(level)) != kProficient.end();
}

std::string MethodOf(const Fields& item) {
  return CodeValueOf(item.Required("assessmentReportingMethodDescriptor", kDescriptorAtMost));
}

// A bound of a scale; nullopt when it is not there. A text that is no number is a fault.
std::optional<Decimal> BoundOf(const Fields& item, std::string_view name) {
  const std::string text = item.Number(name);
  if (text.empty()) return std::nullopt;
  const auto bound = Decimal::Parse(text);
  if (!bound) item.Fault(name, std::string(name) + " must be a number.");
  return bound;
}

constexpr std::string_view kRawScore = "raw score";

// The scales that a document says, and the scores that have none.
struct Scales {
  std::vector<Scale> all;
  std::vector<UnusableScore> unusable;
};

bool IsRawScore(const std::string& method) { return LowerCase(method) == kRawScore; }

void AddScale(const Fields& item, std::set<std::string>& seen, Scales& scales) {
  Scale scale;
  scale.method = MethodOf(item);
  const std::string kind =
      CodeValueOf(item.Optional("resultDatatypeTypeDescriptor", kDescriptorAtMost));
  if (!scale.method.empty() && !seen.insert(LowerCase(scale.method)).second) {
    return item.Fault("assessmentReportingMethodDescriptor", "The method is there twice.");
  }
  if (!IsNumber({scale.method, kind, ""})) {
    scales.unusable.push_back({item.path(), scale.method, "NEVER_COUNTED",
                               "What is said by this method or datatype is kept with a result, and "
                               "never counted."});
    return;
  }
  const auto min = BoundOf(item, "minimumScore"), max = BoundOf(item, "maximumScore");
  if (!min || !max) {
    scales.unusable.push_back(
        {item.path(), scale.method, "SCALE_UNKNOWN",
         "Without minimumScore and maximumScore there is no scale, and results "
         "by this method are set aside until there is."});
    return;
  }
  if (max->ToDouble() <= min->ToDouble()) {
    return item.Fault("maximumScore", "maximumScore must be above minimumScore.");
  }
  scale.min = *min;
  scale.max = *max;
  scales.all.push_back(std::move(scale));
}

// The scale of raw scores, unless `scores` says it.
void AddRawScale(const Decimal& max, Scales& scales) {
  const bool said = std::any_of(scales.all.begin(), scales.all.end(),
                                [](const Scale& scale) { return IsRawScore(scale.method); });
  if (said) return;
  std::erase_if(scales.unusable, [](const UnusableScore& score) {
    return IsRawScore(score.method) && score.reason == "SCALE_UNKNOWN";
  });
  scales.all.push_back({"Raw score", Decimal(), max});
}

Scales ReadScales(const Fields& fields) {
  Scales scales;
  std::set<std::string> seen;
  fields.ForEach("scores", [&](const Fields& item) { AddScale(item, seen, scales); });
  const auto raw = BoundOf(fields, "maxRawScore");
  if (!raw) return scales;
  if (raw->IsNegative() || raw->IsZero()) {
    fields.Fault("maxRawScore", "maxRawScore must be above 0.");
  } else {
    AddRawScale(*raw, scales);
  }
  return scales;
}

void SetCut(const Fields& fields, const Scale& scale, Assessment& assessment) {
  std::optional<Decimal> cut;
  fields.ForEach("performanceLevels", [&](const Fields& item) {
    const std::string level =
        CodeValueOf(item.Required("performanceLevelDescriptor", kDescriptorAtMost));
    if (LowerCase(MethodOf(item)) != LowerCase(scale.method) || !SaysProficient(level)) return;
    const auto from = BoundOf(item, "minimumScore");
    if (from && scale.min <= *from && *from <= scale.max && (!cut || *from < *cut)) cut = from;
  });
  if (cut) assessment.set_proficiency_cut(cut->ToDouble());
}

// As much of the title as fits, with the method behind it.
std::string TitleOf(const Named& named, std::string_view method) {
  std::string title = named.title;
  const std::string behind = method.empty() ? "" : " (" + std::string(method) + ")";
  const size_t room = behind.size() < kTitleBytes ? kTitleBytes - behind.size() : 0;
  if (title.size() > room) {
    size_t end = room;
    while (end > 0 && (static_cast<unsigned char>(title[end]) & 0xc0) == 0x80) --end;
    title.resize(end);
  }
  return room == 0 ? title : title + behind;
}

// The name of the scale that scores by a method are on in all of a family; empty: in this one only.
std::string ScaleNameOf(const Named& named, const std::string& method) {
  const std::string lower = LowerCase(method);
  const bool counts_items =
      lower.find("raw") != std::string::npos || lower.find("percent") != std::string::npos;
  if (named.family.empty() || counts_items) return "";
  std::string name = LowerCase(named.family) + ": " + lower;
  return core::CheckDisplayText(name, "", kScaleBytes) ? core::DerivedId({name}) : name;
}

Assessment Begin(const Named& named, std::string_view method) {
  Assessment assessment;
  assessment.set_assessment(
      AssessmentIdOf(named.name_space, named.identifier, named.objective, method));
  assessment.set_title(TitleOf(named, method));
  assessment.set_kind(named.kind);
  return assessment;
}

Translated<AssessmentDocument> Define(const Fields& fields, const Named& named, Problem& problem) {
  AssessmentDocument read;
  read.resource_id = AssessmentResourceIdOf(named.name_space, named.identifier, named.objective);
  read.assessments.push_back(Begin(named, ""));
  read.assessments.back().set_scale_max(1);  // nothing is ever scored on it
  Scales scales = ReadScales(fields);
  read.unusable = std::move(scales.unusable);
  for (const Scale& scale : scales.all) {
    Assessment assessment = Begin(named, scale.method);
    assessment.set_scale_min(scale.min.ToDouble());
    assessment.set_scale_max(scale.max.ToDouble());
    assessment.set_scale(ScaleNameOf(named, scale.method));
    SetCut(fields, scale, assessment);
    read.assessments.push_back(std::move(assessment));
  }
  if (!problem.validation_errors.empty()) return tl::make_unexpected(std::move(problem));
  return read;
}

}  // namespace

Translated<AssessmentDocument> ReadAssessment(const Json& document) {
  Problem problem = DataValidationFailed();
  const Fields fields(document, problem);
  Named named;
  named.identifier = fields.Required("assessmentIdentifier", kIdentifierAtMost);
  named.name_space = fields.Required("namespace", kNamespaceAtMost);
  named.title = fields.Optional("assessmentTitle", kTitleAtMost);
  if (named.title.empty()) named.title = named.identifier;
  named.family = fields.Optional("assessmentFamily", kFamilyAtMost);
  named.kind = KindOf(fields.Optional("assessmentCategoryDescriptor", kDescriptorAtMost));
  return Define(fields, named, problem);
}

Translated<AssessmentDocument> ReadObjectiveAssessment(const Json& document) {
  Problem problem = DataValidationFailed();
  const Fields fields(document, problem);
  const Fields assessment = fields.Object("assessmentReference");
  Named named;
  named.identifier = assessment.Required("assessmentIdentifier", kIdentifierAtMost);
  named.name_space = assessment.Required("namespace", kNamespaceAtMost);
  named.objective = fields.Required("identificationCode", kIdentifierAtMost);
  named.title = fields.Optional("description", kTitleAtMost);
  if (named.title.empty()) named.title = named.identifier + ", " + named.objective;
  return Define(fields, named, problem);
}

}  // namespace throughline::gateway::edfi
