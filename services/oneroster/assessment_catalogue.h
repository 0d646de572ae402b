// Gathers the assessments of a district from the line items of its classes (see conventions.h).
// Give it every category first, then every line item; the first line item of an assessment defines
// it, later ones add indicators and must agree on kind, scale and, if they give one, cut and name
// of the scale. Not thread-safe.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "oneroster/bundle_problem.h"
#include "oneroster/conventions.h"
#include "oneroster/rows.h"

namespace throughline::oneroster {

struct AssessmentDefinition {
  std::string id;
  std::string title;
  AssessmentKind kind = AssessmentKind::kMonthlyFormative;
  double scale_min = 0;
  double scale_max = 0;
  std::string scale;  // its name; empty: its own
  std::optional<double> proficiency_cut;
  std::vector<std::string> indicators;

  bool operator==(const AssessmentDefinition&) const = default;
};

class AssessmentCatalogue {
 public:
  void AddCategory(const Category& category);
  // The id of the assessment that the line item is; nullopt when it cannot be one, after a problem
  // was reported (UNKNOWN_KIND, KIND_DIFFERS, SCALE_INVALID, SCALE_DIFFERS, CUT_OFF_SCALE,
  // NOT_A_NUMBER), and, without a problem, when it is to be deleted.
  std::optional<std::string> AddLineItem(const LineItem& line_item, const ProblemSink& problems);

  // By id.
  const std::map<std::string, AssessmentDefinition>& assessments() const { return assessments_; }

 private:
  std::map<std::string, std::string> category_titles_;
  std::map<std::string, AssessmentDefinition> assessments_;
};

}  // namespace throughline::oneroster
