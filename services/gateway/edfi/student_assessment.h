// Reads an Ed-Fi studentAssessments document, of any Data Standard from 3 to 5: one result for the
// whole assessment, and one for each objective that it has a result of. Pure.
//
// What becomes of it:
// - Its key is assessmentIdentifier, namespace, studentAssessmentIdentifier and studentUniqueId;
// the
//   source id is made of it, and an objective is a part of it (Result.part).
// - The score is the scoreResult by the preferred method for which the assessment has a scale
//   (scores.h); all the others, levels, ranges, percentiles and performanceLevels are kept with the
//   result, and never counted. A method may be there once. A result without a number says nothing
//   of a score: it is recorded as one that does not count, of the assessment itself, which has no
//   scale that a number would be on; where a score is recorded, that stays and it is set aside.
// - The day is that of administrationDate as it is written: a time of day is not carried over into
//   the district's zone, as most senders give midnight UTC for a day of their own. An objective may
//   have its own. A document without it is set aside by evidence.
// - Class and school are not given: evidence determines them from where the student was enrolled on
// that
//   day. What a document says of schools (reportedSchoolReference) is not followed: it is where the
//   test was taken, and in other ids than those of the roster.
// - reasonNotTestedDescriptor says that there is no result: not submitted.
// - A later version replaces the whole and each objective it has; an objective that a later version
//   leaves out stays as it was until the document is deleted.
#pragma once

#include <string>
#include <vector>

#include "gateway/edfi/errors.h"
#include "gateway/json/json_reader.h"
#include "throughline/evidence/v1/result.pb.h"

namespace throughline::gateway::edfi {

struct StudentAssessment {
  // The whole first, then the objectives as they stand in studentObjectiveAssessments.
  std::vector<evidence::v1::Result> results;
};

// The validation errors name every property at fault, and repeat no value.
Translated<StudentAssessment> ReadStudentAssessment(const Json& document);

// The date of "2021-05-12", "2021-05-12T17:27:08.943Z" and "2021-05-12 17:27:08"; any other text as
// it is.
std::string DayOf(std::string_view date_time);

}  // namespace throughline::gateway::edfi
