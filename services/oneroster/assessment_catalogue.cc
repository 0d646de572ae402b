#include "oneroster/assessment_catalogue.h"

#include <algorithm>

#include "core/display_text.h"
#include "csv/text.h"

namespace throughline::oneroster {
namespace {

constexpr size_t kScaleNameBytes = 256;

void Report(const LineItem& line_item, const char* column, const char* reason, const char* message,
            const ProblemSink& problems) {
  if (problems) problems({"lineItems.csv", line_item.line, column, reason, message, ""});
}

// What a line item says of the assessment that it is, by itself; nullopt when it cannot be one.
std::optional<AssessmentDefinition> DefinitionOf(const LineItem& line_item,
                                                 const std::string& category,
                                                 const ProblemSink& problems) {
  AssessmentDefinition definition;
  definition.id = AssessmentIdOf(line_item);
  definition.title = line_item.title;
  definition.scale_min = line_item.value_min;
  definition.scale_max = line_item.value_max;
  definition.indicators = IndicatorsOf(line_item);
  definition.kind = KindOfCategory(category);
  if (auto text = line_item.metadata.find("kind"); text != line_item.metadata.end()) {
    auto kind = ParseKind(text->second);
    if (!kind) {
      Report(line_item, "metadata.kind", kUnknownKind, "There is no such kind.", problems);
      return std::nullopt;
    }
    definition.kind = *kind;
  }
  if (!(definition.scale_min < definition.scale_max)) {
    Report(line_item, "resultValueMax", kScaleInvalid,
           "resultValueMax must be above resultValueMin.", problems);
    return std::nullopt;
  }
  if (auto name = line_item.metadata.find("scale"); name != line_item.metadata.end()) {
    definition.scale = name->second;
    if (core::CheckDisplayText(definition.scale, "", kScaleNameBytes)) {
      Report(line_item, "metadata.scale", kScaleUnreadable,
             "The name of a scale has at most 256 bytes, and no characters that are not seen.",
             problems);
      return std::nullopt;
    }
  }
  if (auto text = line_item.metadata.find("cut"); text != line_item.metadata.end()) {
    definition.proficiency_cut = csv::ParseNumber(text->second);
    if (!definition.proficiency_cut) {
      Report(line_item, "metadata.cut", kNotANumber, "The value is not a number.", problems);
      return std::nullopt;
    }
  }
  if (definition.proficiency_cut && !(*definition.proficiency_cut >= definition.scale_min &&
                                      *definition.proficiency_cut <= definition.scale_max)) {
    Report(line_item, "metadata.cut", kCutOffScale, "The cut is not on the scale.", problems);
    return std::nullopt;
  }
  return definition;
}

}  // namespace

void AssessmentCatalogue::AddCategory(const Category& category) {
  category_titles_[category.sourced_id] = category.title;
}

std::optional<std::string> AssessmentCatalogue::AddLineItem(const LineItem& line_item,
                                                            const ProblemSink& problems) {
  if (line_item.status == RowStatus::kToBeDeleted) return std::nullopt;
  auto category = category_titles_.find(line_item.category);
  auto read =
      DefinitionOf(line_item, category == category_titles_.end() ? "" : category->second, problems);
  if (!read) return std::nullopt;
  const AssessmentDefinition& definition = *read;
  auto [known, first] = assessments_.try_emplace(definition.id, definition);
  if (first) return definition.id;
  AssessmentDefinition& before = known->second;
  if (before.kind != definition.kind) {
    Report(line_item, "metadata.kind", kKindDiffers,
           "An earlier line item of the same assessment is of another kind.", problems);
    return std::nullopt;
  }
  if (before.scale_min != definition.scale_min || before.scale_max != definition.scale_max) {
    Report(line_item, "resultValueMax", kScaleDiffers,
           "An earlier line item of the same assessment has another scale.", problems);
    return std::nullopt;
  }
  if (definition.proficiency_cut && before.proficiency_cut != definition.proficiency_cut) {
    Report(line_item, "metadata.cut", kScaleDiffers,
           "An earlier line item of the same assessment does not have this cut.", problems);
    return std::nullopt;
  }
  if (!definition.scale.empty() && before.scale != definition.scale) {
    Report(line_item, "metadata.scale", kScaleDiffers,
           "An earlier line item of the same assessment is not on this scale.", problems);
    return std::nullopt;
  }
  for (const std::string& indicator : definition.indicators) {
    if (std::find(before.indicators.begin(), before.indicators.end(), indicator) ==
        before.indicators.end()) {
      before.indicators.push_back(indicator);
    }
  }
  return definition.id;
}

}  // namespace throughline::oneroster
