// The scores of Ed-Fi documents: which of several is the score, and which are only kept.
//
// A score has a reporting method ("Scale score") and a datatype ("Integer"), both descriptors,
// whose code value follows the `#`. Only Integer, Decimal and Percentage are numbers to calculate
// with; Level, Range and Percentile are not, nor is any other datatype, nor what is a place among
// others or an error of measurement by its method, whatever its datatype says. Of several numbers
// the one by the preferred method is the score: methods are measured on different scales, so that
// only one of them may count. The same preference says on which scale an assessment is measured.
// Pure.
#pragma once

#include <optional>
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
  std::string kind;   // the datatype
  std::string value;  // as it was written
};

bool IsNumber(const Score& score);

// The index of the score that counts: by Scale score, else Raw score, else a percentage, else any
// other; the first of equals. nullopt when none is a number.
std::optional<size_t> Preferred(const std::vector<Score>& scores);

// The list `scoreResults` of a document.
std::vector<Score> ReadScoreResults(const Fields& fields);

// What counts as the result's score, and everything else as kept: performance levels, too. A result
// without a number is recorded and not counted. The value of a number is not looked at: one that
// cannot be read is evidence's to set aside.
void SetScores(const Fields& fields, const std::vector<Score>& scores,
               evidence::v1::Result& result);

}  // namespace throughline::gateway::edfi
