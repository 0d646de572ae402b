// Reads Ed-Fi assessments and objectiveAssessments: what results are results of. Pure.
//
// Ed-Fi's assessment may be scored by several methods, each on its own scale; here an assessment
// has one scale. So each method with a number and a scale is an assessment of the district of its
// own (keys.h), and beside them there is one for results that have no number, on which nothing is
// ever scored. The titles say which is which.
//
// - A scale is minimumScore to maximumScore of `scores`; of raw scores without them, 0 to
//   maxRawScore. One that does not rise is refused by the property's name, and so is a method that
//   is there twice. A method without both bounds has no scale, and results by it are set aside
//   until it has: the sender gets an error.
// - Assessments of one assessmentFamily are on one scale where they are scored by the same method
//   with the same ends: a vendor's scale scores from fall to spring. Raw scores and percentages are
//   not, for one test is harder than another.
// - The proficiency cut is the lowest minimumScore of the performanceLevels by that method whose
//   name says so (Proficient, Met Standard, Pass, …).
// - The kind, and with it the cadence expected, follows from assessmentCategoryDescriptor.
// - Indicators are the district's own: Ed-Fi knows none. A new assessment observes none until the
//   district says which (DefineAssessments); what it has said is kept when a source defines the
//   assessment again. Until then results are recorded and move no team's numbers.
#pragma once

#include <string>
#include <vector>

#include "gateway/edfi/errors.h"
#include "gateway/json/json_reader.h"
#include "throughline/evidence/v1/assessment.pb.h"

namespace throughline::gateway::edfi {

// One of `scores` by which no result can be counted.
struct UnusableScore {
  std::string path;     // $.scores[2]
  std::string method;   // its code value
  std::string reason;   // SCALE_UNKNOWN, or NEVER_COUNTED
  std::string message;  // one sentence
};

struct AssessmentDocument {
  std::string resource_id;
  std::vector<evidence::v1::Assessment> assessments = {};  // the one without a method first
  std::vector<UnusableScore> unusable = {};
};

Translated<AssessmentDocument> ReadAssessment(const Json& document);
Translated<AssessmentDocument> ReadObjectiveAssessment(const Json& document);

}  // namespace throughline::gateway::edfi
