#include "evidence/domain/errors.h"

#include <fmt/format.h>

#include "core/known_ids.h"

namespace throughline::evidence {

using core::Code;
using core::Error;
using core::NotFound;

namespace {

v1::ResultProblem Problem(std::string_view reason, std::string_view field, std::string message) {
  v1::ResultProblem problem;
  problem.set_reason(std::string(reason));
  problem.set_field(std::string(field));
  problem.set_message(std::move(message));
  return problem;
}

}  // namespace

Error TeamNotFound(std::string_view field, std::string_view team,
                   const std::set<std::string>& teams) {
  Error error = NotFound("TEAM_UNKNOWN", field, "team", team, "; register it first");
  error.message += core::ThereAre(teams);
  return error;
}

Error ClassNotInSchool(std::string_view class_id, const std::set<std::string>& classes) {
  Error error = NotFound("CLASS_UNKNOWN", "class_id", "class", class_id, "");
  error.message += core::ThereAre(classes);
  return error;
}

Error IndicatorNotFound(std::string_view indicator, const std::set<std::string>& indicators) {
  Error error = NotFound("INDICATOR_UNKNOWN", "indicator", "indicator", indicator, "");
  error.message += core::ThereAre(indicators);
  return error;
}

Error PartlyTaken(Error refusal) {
  refusal.message +=
      " What the batch has of other schools was taken in; sent again, it counts once.";
  return refusal;
}

Error BatchTooLarge(std::string_view field, int at_most) {
  return {Code::kInvalidArgument, "BATCH_TOO_LARGE",
          fmt::format("{} may hold at most {} entries; send several requests.", field, at_most),
          std::string(field)};
}

Error BatchEmpty(std::string_view field) {
  return {Code::kInvalidArgument, "BATCH_EMPTY", fmt::format("{} is empty.", field),
          std::string(field)};
}

Error SourceIdOther() {
  return {Code::kInvalidArgument, "SOURCE_ID_OTHER",
          "The source id is another one than that of what is to be changed.", "source_id"};
}

Error SchoolMixed() {
  return {Code::kInvalidArgument, "SCHOOL_MIXED", "The results of one command are of one school.",
          "results"};
}

Error KindMissing(std::string_view field) {
  return {Code::kInvalidArgument, "KIND_MISSING", "An assessment needs a kind.",
          std::string(field)};
}

Error ScaleInvalid(std::string_view field) {
  return {Code::kInvalidArgument, "SCALE_INVALID",
          "The ends of the scale must be finite numbers, and the highest above the lowest.",
          std::string(field)};
}

Error ScaleChanged(std::string_view field) {
  return {
      Code::kFailedPrecondition, "SCALE_CHANGED",
      "The scale of an assessment stays what it was first, so that all results are on the same. "
      "Define another assessment instead.",
      std::string(field)};
}

Error CutOffScale(std::string_view field) {
  return {Code::kInvalidArgument, "CUT_OFF_SCALE", "The proficiency cut must be on the scale.",
          std::string(field)};
}

Error AssessmentNotFound(std::string_view assessment) {
  return NotFound("ASSESSMENT_UNKNOWN", "assessment", "assessment", assessment,
                  "; ListAssessments names them");
}

Error ClassNotFound(std::string_view field) {
  return {Code::kInvalidArgument, "CLASS_UNKNOWN",
          "The class is neither on the roster of the school nor in this request.",
          std::string(field)};
}

Error ClassNotListed(std::string_view field) {
  return {Code::kInvalidArgument, "CLASS_UNKNOWN",
          "The class is on no roster of the district yet, so say the school, too.",
          std::string(field)};
}

Error LineItemNotFound(std::string_view line_item) {
  return NotFound("LINE_ITEM_UNKNOWN", "line_item", "line item", line_item,
                  "; ListLineItems names them");
}

Error StudentTwice(std::string_view field) {
  return {Code::kInvalidArgument, "STUDENT_TWICE",
          "The student is in this request before; say all that changed at once.",
          std::string(field)};
}

Error EnrolmentInvalid(std::string_view field) {
  return {Code::kInvalidArgument, "ENROLMENT_INVALID",
          "An enrolment is over after its first day, and both are days up to 9999-12-31.",
          std::string(field)};
}

Error StudentIdInvalid(std::string_view field) {
  return {Code::kInvalidArgument, "ID_INVALID", "A student's id has 1 to 255 bytes.",
          std::string(field)};
}

Error GroupInvalid(std::string_view field) {
  return {Code::kInvalidArgument, "GROUP_INVALID",
          "A student group is written <dimension>:<value>, 3 to 128 printable characters without "
          "slashes or spaces.",
          std::string(field)};
}

Error TeacherInvalid(std::string_view field) {
  return {Code::kInvalidArgument, "TEACHER_INVALID",
          "The id of a teacher has 1 to 128 characters, and no control characters.",
          std::string(field)};
}

Error TeacherTwice(std::string_view field) {
  return {Code::kInvalidArgument, "TEACHER_TWICE",
          "The teacher is in this request before; say all of their classes at once.",
          std::string(field)};
}

Error TeachingEndInvalid(std::string_view field) {
  return {Code::kInvalidArgument, "TEACHING_END_INVALID",
          "An end is said once of a class, and only of classes that the request says the teacher "
          "teaches.",
          std::string(field)};
}

Error NameInvalid(std::string_view field) {
  return {Code::kInvalidArgument, "NAME_INVALID",
          "A display name has at most 255 characters, and no control characters.",
          std::string(field)};
}

Error PurposeMissing() {
  return {Code::kInvalidArgument, "PURPOSE_MISSING",
          "Who students are is told for a purpose of 10 to 500 characters, which is put on record.",
          "purpose"};
}

Error PurposeNamesStudent(std::string_view field) {
  return {Code::kInvalidArgument, "PURPOSE_NAMES_STUDENT",
          "These words go on record and stay there, and they name a student: say why without an id "
          "or a name, such as by the number of a request.",
          std::string(field)};
}

Error NotTaughtByCaller() {
  return {Code::kPermissionDenied, "NOT_TAUGHT_BY_CALLER",
          "The roster does not say that you teach these students.", ""};
}

Error EmergencyAccessMissing() {
  return {Code::kPermissionDenied, "EMERGENCY_ACCESS_MISSING",
          "Who the students of a school are is told to the district's staff only while they hold "
          "emergency access to it (`throughline access take`).",
          ""};
}

Error StudentNotKnown() {
  return {Code::kNotFound, "STUDENT_UNKNOWN",
          "There is no such student, or the roster does not say that you teach them.", "student"};
}

Error IdentityUnavailable() {
  return {Code::kUnavailable, "IDENTITY_UNAVAILABLE",
          "Who students are cannot be read at the moment; try again.", ""};
}

Error QuestionMissing() {
  return {Code::kInvalidArgument, "QUESTION_MISSING",
          "Say what is asked: the roster, or who struggles, lacks a result or is in quarantine.",
          "question"};
}

Error ReasonMissing() {
  return {Code::kInvalidArgument, "REASON_MISSING",
          "Say why in 10 to 500 characters, without naming a student: it is put on record.",
          "reason"};
}

Error BaselineDayInvalid() {
  return {Code::kInvalidArgument, "BASELINE_DAY_INVALID",
          "Say a day of a school year that is not after today, such as 2026-10-05.", "from"};
}

Error BaselineUnchanged() {
  return {Code::kFailedPrecondition, "BASELINE_UNCHANGED",
          "The chart has a baseline from that day for that reason already.", "from"};
}

Error YearInvalid() {
  return {Code::kInvalidArgument, "YEAR_INVALID",
          "Say the calendar year in which the school year begins, from 1970 to 2200.", "year"};
}

Error StudentNotFound() {
  return {Code::kNotFound, "STUDENT_UNKNOWN", "The district knows no such student.", "student"};
}

Error Suppressed() {
  return {
      Code::kFailedPrecondition, "SUPPRESSED",
      "Suppressed: it rests on fewer students than a cell may show. What has just come in counts "
      "within 10 seconds.",
      ""};
}

v1::ResultProblem SourceIdInvalid() {
  return Problem("SOURCE_ID_INVALID", "source_id",
                 "A source id has 1 to 256 printable characters.");
}

v1::ResultProblem SchoolUnknown(const v1::Result& result) {
  constexpr char kReason[] = "SCHOOL_UNKNOWN";
  if (!result.line_item().empty()) {
    return Problem(kReason, "line_item",
                   "The line item is not known, so nothing says which school this belongs to.");
  }
  if (!result.class_id().empty()) {
    return Problem(kReason, "class_id",
                   "The class is on no roster, so nothing says which school this belongs to.");
  }
  return Problem(kReason, "student",
                 "On that day the student is enrolled in no school, or in several, so nothing says "
                 "which school this belongs to.");
}

v1::ResultProblem AssessmentUnknown() {
  return Problem("ASSESSMENT_UNKNOWN", "assessment", "The assessment is not defined.");
}

v1::ResultProblem ScaleUnknown() {
  return Problem("SCALE_UNKNOWN", "assessment",
                 "The assessment is defined without a scale for the method of this score.");
}

v1::ResultProblem ClassUnknown() {
  return Problem("CLASS_UNKNOWN", "class_id", "The class is not on the roster of its school.");
}

v1::ResultProblem ClassAmbiguous() {
  return Problem("CLASS_AMBIGUOUS", "class_id",
                 "The student is in several classes, and nothing says which one this belongs to.");
}

v1::ResultProblem KeptTooLarge() {
  return Problem("KEPT_TOO_LARGE", "kept",
                 "Besides the score at most 64 values are kept, each of at most 256 bytes.");
}

v1::ResultProblem StudentUnknown() {
  return Problem("STUDENT_UNKNOWN", "student", "The student is not on the roster of the school.");
}

v1::ResultProblem DateInvalid() {
  return Problem("DATE_INVALID", "date", "The date is not a day written YYYY-MM-DD.");
}

v1::ResultProblem DateInFuture() {
  return Problem("DATE_IN_FUTURE", "date", "The date has not come yet in the district.");
}

v1::ResultProblem ModifiedInFuture() {
  return Problem("MODIFIED_IN_FUTURE", "modified_at_ms",
                 "The time of change is more than a day ahead.");
}

v1::ResultProblem ScoreMissing() {
  return Problem("SCORE_MISSING", "score", "A graded result needs a score.");
}

v1::ResultProblem ScoreNotSaid() {
  return Problem("SCORE_MISSING", "score",
                 "Nothing is said of a score, and the one that is recorded stays.");
}

v1::ResultProblem ScoreUnreadable() {
  return Problem("SCORE_UNREADABLE", "score",
                 "The score is not a decimal number of at most 30 characters, such as 85.10.");
}

v1::ResultProblem ScaleUnusable() {
  return Problem("SCALE_INVALID", "scale",
                 "The highest score of the result's scale must be above the lowest.");
}

v1::ResultProblem ContentConflict() {
  return Problem("CONTENT_CONFLICT", "source_version",
                 "The source has said something else under this id before, and what it says under "
                 "an id never changes.");
}

v1::ResultProblem ScoreOffScale(double min, double max) {
  return Problem(
      "SCORE_OFF_SCALE", "score",
      fmt::format("The score is not on the scale of the assessment, {} to {}.", min, max));
}

}  // namespace throughline::evidence
