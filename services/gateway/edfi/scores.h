// The scores of Ed-Fi documents: which of several is the score, and which are only kept.
//
// A score has a reporting method ("Scale score") and a datatype ("Integer"), both descriptors,
// whose code value follows the `#`. Only Integer, Decimal and Percentage are numbers to calculate
// with; Level, Range and Percentile are not, nor is any other datatype, nor what is a place among
// others or an error of measurement by its method, whatever its datatype says. Of several numbers
// one is the score: methods are measured on different scales, so that only one of them may count.
// It is the first by an order of preference for which the assessment has a scale, wherever it
// stands in the document; evidence knows which has. Pure.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/edfi/fields.h"
#include "throughline/evidence/v1/result.pb.h"

namespace throughline::gateway::edfi {

// "Scale score" of uri://ed-fi.org/AssessmentReportingMethodDescriptor#Scale score; the whole text
// when nothing follows a `#`.
std::string CodeValueOf(std::string_view descriptor);
std::string LowerCase(std::string_view text);

struct Score {
  std::string method;
  std::string kind;             // the datatype
  std::string value;            // as it was written
  std::string descriptor = {};  // of the method, whole
};

bool IsNumber(const Score& score);

// The indexes of the numbers in the order in which they would count: by Scale score, then Raw
// score, then a percentage, then any other; of equals an overall score, then the plainest name.
// What a score is compared with (a threshold, a goal, a projection) comes after all scores.
std::vector<size_t> InOrderOfPreference(const std::vector<Score>& scores);

// The list `scoreResults` of a document. A method may be there once.
std::vector<Score> ReadScoreResults(const Fields& fields);

// The id of the assessment that is measured by a method; of the whole when the method is empty.
using AssessmentOf = std::function<std::string(std::string_view method)>;

// The number that counts and those that would otherwise as the result's scores, and everything else
// as kept: performance levels, too. Without a number nothing is said of a score. The value of a
// number is not looked at: one that cannot be read is evidence's to set aside.
void SetScores(const Fields& fields, const std::vector<Score>& scores,
               const AssessmentOf& assessment_of, evidence::v1::Result& result);

}  // namespace throughline::gateway::edfi
