#include "gateway/edfi/student_assessment.h"

#include <set>

#include "gateway/edfi/fields.h"
#include "gateway/edfi/keys.h"
#include "gateway/edfi/scores.h"

namespace throughline::gateway::edfi {

using evidence::v1::Result;

namespace {

constexpr size_t kStudentAtMost = 32;
constexpr size_t kDateAtMost = 64;
constexpr size_t kObjectivesAtMost = 400;

StudentAssessmentKey ReadKey(const Fields& fields) {
  StudentAssessmentKey key;
  key.student_assessment_identifier =
      fields.Required("studentAssessmentIdentifier", kIdentifierAtMost);
  const Fields assessment = fields.Object("assessmentReference");
  key.assessment_identifier = assessment.Required("assessmentIdentifier", kIdentifierAtMost);
  key.name_space = assessment.Required("namespace", kNamespaceAtMost);
  key.student_unique_id =
      fields.Object("studentReference").Required("studentUniqueId", kStudentAtMost);
  return key;
}

// By method.
AssessmentOf AssessmentsOf(const StudentAssessmentKey& key, const std::string& objective) {
  return [&key, objective](std::string_view method) {
    return AssessmentIdOf(key.name_space, key.assessment_identifier, objective, method);
  };
}

Result Begin(const StudentAssessmentKey& key, const std::string& day) {
  Result result;
  result.set_source_id(SourceIdOf(key));
  result.set_student(key.student_unique_id);
  result.set_date(day);
  return result;
}

Result ReadWhole(const Fields& fields, const StudentAssessmentKey& key, const std::string& day) {
  Result result = Begin(key, day);
  SetScores(fields, ReadScoreResults(fields), AssessmentsOf(key, ""), result);
  if (!fields.Optional("reasonNotTestedDescriptor", kDescriptorAtMost).empty()) {
    result.set_score_status(evidence::v1::SCORE_STATUS_NOT_SUBMITTED);
    result.set_assessment(AssessmentsOf(key, "")(""));
    result.clear_score_text();
    result.clear_others();
    result.clear_as_kept();
  }
  return result;
}

Result ReadObjective(const Fields& item, const StudentAssessmentKey& key, const std::string& day,
                     std::set<std::string>& seen) {
  const Fields reference = item.Object("objectiveAssessmentReference");
  const std::string code = reference.Required("identificationCode", kIdentifierAtMost);
  if (!code.empty() && !seen.insert(code).second) {
    reference.Fault("identificationCode", "IdentificationCode is there twice.");
  }
  const std::string own_day = DayOf(item.Optional("administrationDate", kDateAtMost));
  Result result = Begin(key, own_day.empty() ? day : own_day);
  result.set_part(code);
  SetScores(item, ReadScoreResults(item), AssessmentsOf(key, code), result);
  return result;
}

}  // namespace

std::string DayOf(std::string_view date_time) {
  constexpr size_t kDay = 10;  // yyyy-mm-dd
  const bool more = date_time.size() > kDay && (date_time[kDay] == 'T' || date_time[kDay] == ' ');
  return std::string(more ? date_time.substr(0, kDay) : date_time);
}

Translated<StudentAssessment> ReadStudentAssessment(const Json& document) {
  Problem problem = DataValidationFailed();
  const Fields fields(document, problem);
  const StudentAssessmentKey key = ReadKey(fields);
  const std::string day = DayOf(fields.Optional("administrationDate", kDateAtMost));
  StudentAssessment read;
  read.results.push_back(ReadWhole(fields, key, day));
  std::set<std::string> seen;
  fields.ForEach("studentObjectiveAssessments", [&](const Fields& item) {
    if (read.results.size() <= kObjectivesAtMost) {
      read.results.push_back(ReadObjective(item, key, day, seen));
    } else {
      fields.Fault("studentObjectiveAssessments", "StudentObjectiveAssessments has too many.");
    }
  });
  if (!problem.validation_errors.empty()) return tl::make_unexpected(std::move(problem));
  return read;
}

}  // namespace throughline::gateway::edfi
