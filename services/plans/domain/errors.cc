#include "plans/domain/errors.h"

#include <fmt/format.h>

#include "core/known_ids.h"

namespace throughline::plans {

using core::Code;
using core::Error;
using core::Invalid;
using core::NotFound;
using core::Precondition;

namespace {

// A line each, so that clients can show them separately.
std::string Join(const std::vector<v1::Finding>& findings) {
  std::string text;
  for (const v1::Finding& finding : findings) {
    text += fmt::format("{}{}: {}", text.empty() ? "" : "\n", finding.field(), finding.message());
  }
  return text;
}

}  // namespace

Error TooMany(std::string_view field, size_t at_most) {
  return Invalid("TOO_MANY", field, fmt::format("{} may have at most {} entries.", field, at_most));
}

Error DateInvalid(std::string_view field) {
  return Invalid("DATE_INVALID", field, fmt::format("{} must be a day written YYYY-MM-DD.", field));
}

Error TermReversed(std::string_view field) {
  return Invalid("TERM_REVERSED", field, "A term ends on its first day or later.");
}

Error TimeZoneUnknown(std::string_view zone) {
  return Invalid("TIME_ZONE_UNKNOWN", "district.time_zone",
                 fmt::format("{} is not an IANA time zone such as America/Chicago.", zone));
}

Error PolicyOutOfRange(std::string_view field, double low, double high) {
  return Invalid("POLICY_OUT_OF_RANGE", fmt::format("policy.{}", field),
                 fmt::format("policy.{} must be from {} to {}.", field, low, high));
}

Error PhasesDoNotAddUp() {
  return Invalid("PHASES_DO_NOT_ADD_UP", "policy.cycle_days",
                 "analyze_days, design_days, implement_days and refine_days add up to cycle_days.");
}

Error DistrictExists(std::string_view district) {
  return {Code::kAlreadyExists, "DISTRICT_EXISTS",
          fmt::format("There is a district {} already; UpdateDistrict changes it.", district),
          "district.district"};
}

Error TeamUnknown(std::string_view team) {
  return NotFound("TEAM_UNKNOWN", "team", "team", team, "; register it first");
}

Error PlanUnknown(std::string_view plan) {
  // Without a name the latest of the school is asked for.
  if (plan.empty()) return {Code::kNotFound, "PLAN_UNKNOWN", "The school has no plan yet.", "plan"};
  return core::Unknown("plan", plan);
}

Error PlanClosed(std::string_view plan) {
  return Precondition("PLAN_CLOSED", "plan", fmt::format("The plan {} is closed.", plan));
}

Error PlanNotClosed(std::string_view plan) {
  return Precondition("PLAN_NOT_CLOSED", "plan", fmt::format("The plan {} is not closed.", plan));
}

Error ReopeningReasonMissing() {
  return Invalid("REASON_MISSING", "reason",
                 "Say why the plan is taken up again, in 10 characters or more.");
}

Error NoDraft(std::string_view plan) {
  return Precondition("NO_DRAFT", "plan", fmt::format("The plan {} has no draft.", plan));
}

Error NotPublished(std::string_view plan) {
  return Precondition("NOT_PUBLISHED", "plan",
                      fmt::format("The plan {} has not been published.", plan));
}

Error QuestionsUnanswered(const std::vector<v1::Finding>& findings) {
  return Precondition("QUESTIONS_UNANSWERED", findings.front().field(), Join(findings));
}

Error YearTaken(int year, std::string_view plan) {
  return {Code::kAlreadyExists, "YEAR_TAKEN",
          fmt::format("The school has the plan {} for {} already.", plan, year), "plan.year"};
}

Error JourneyPhaseUnknown(int phase) {
  return Invalid("JOURNEY_PHASE_UNKNOWN", "journey_phase",
                 fmt::format("{} is no phase of a district's journey.", phase));
}

Error NumberInvalid(std::string_view field) {
  return Invalid("NUMBER_INVALID", field, fmt::format("{} must be a finite number.", field));
}

Error LinkUnknown(std::string_view field, std::string_view id, const std::set<std::string>& known) {
  return Invalid("LINK_UNKNOWN", field,
                 fmt::format("{} names {}, which the plan does not have.{}", field, id,
                             core::ThereAre(known)));
}

Error DistrictPriorityUnknown(std::string_view field, std::string_view priority,
                              const std::set<std::string>& known) {
  return Invalid("DISTRICT_PRIORITY_UNKNOWN", field,
                 fmt::format("{} names {}, which is no priority of the district.{}", field,
                             priority, core::ThereAre(known)));
}

Error AssessmentNotObserving(std::string_view field, std::string_view assessment,
                             const std::set<std::string>& known) {
  return Invalid("ASSESSMENT_NOT_IN_PLAN", field,
                 fmt::format("{} names {}, which observes no indicator of the plan.{}", field,
                             assessment, core::ThereAre(known)));
}

Error FedTwice(std::string_view field) {
  return Invalid("FED_TWICE", field,
                 fmt::format("{} is named beside an indicator; a measure is fed by one or the "
                             "other.",
                             field));
}

Error DoubleId(std::string_view field) {
  return Invalid("DOUBLE_ID", field, fmt::format("{} is used twice.", field));
}

Error NotInstructional(std::string_view field) {
  return Invalid("NOT_INSTRUCTIONAL", field,
                 fmt::format("{} must be an instructional day of the school.", field));
}

Error Missing(std::string_view field, std::string_view what) {
  return Invalid("MISSING", field, fmt::format("{} is missing: {}.", field, what));
}

Error OutOfRange(std::string_view field, int low, int high) {
  return Invalid("OUT_OF_RANGE", field, fmt::format("{} must be from {} to {}.", field, low, high));
}

Error TasksDoNotFit(int days, int window) {
  return Invalid("TASKS_DO_NOT_FIT", "progression.tasks",
                 fmt::format("The tasks take {} days, the window has {}.", days, window));
}

Error ReasonMissing() {
  return Invalid("REASON_MISSING", "reason",
                 "Say why in 10 to 500 characters, without naming a student: it is put on record.");
}

Error EmergencyAccessUnknown(std::string_view access) {
  return NotFound("EMERGENCY_ACCESS_UNKNOWN", "access", "emergency access", access, "");
}

Error EmergencyAccessHeld(std::string_view access) {
  return {Code::kAlreadyExists, "EMERGENCY_ACCESS_HELD",
          fmt::format("You hold emergency access to this school already: {}.", access), "school"};
}

Error NotYoursToEnd() {
  return {Code::kPermissionDenied, "NOT_YOURS_TO_END",
          "Emergency access is ended by who took it, or by a privacy officer.", "access"};
}

Error IndicatorNotInPlan(std::string_view field, std::string_view indicator,
                         const std::set<std::string>& known) {
  return Precondition(
      "INDICATOR_NOT_IN_PLAN", field,
      fmt::format("{} names {}, which is no indicator of the school's published plan.{}", field,
                  indicator, core::ThereAre(known)));
}

Error RubricUnknown(std::string_view rubric) { return core::Unknown("rubric", rubric); }

Error CriterionUnknown(std::string_view field, std::string_view criterion,
                       const std::set<std::string>& known) {
  return Invalid("CRITERION_UNKNOWN", field,
                 fmt::format("{} names {}, which the rubric does not have.{}", field, criterion,
                             core::ThereAre(known)));
}

Error RubricHasNoDraft(std::string_view rubric) {
  return Precondition("NO_DRAFT", "rubric", fmt::format("The rubric {} has no draft.", rubric));
}

Error DescriptorsIncomplete(std::string_view field, int descriptors, int levels) {
  return Invalid("DESCRIPTORS_INCOMPLETE", field,
                 fmt::format("{} has {} descriptors; the rubric has {} levels, and each needs one.",
                             field, descriptors, levels));
}

Error FactorUnknown(std::string_view field) {
  return Invalid("FACTOR_UNKNOWN", field, fmt::format("{} is no factor of a driver.", field));
}

Error LensUnknown(std::string_view field) {
  return Invalid("LENS_UNKNOWN", field, fmt::format("{} is no lens.", field));
}

Error TemplateUnknown(std::string_view of) { return core::Unknown("template", of); }

Error TemplateShipped(std::string_view of) {
  return Precondition(
      "TEMPLATE_SHIPPED", "template",
      fmt::format("The template {} comes with the product and stays as it is; write your own under "
                  "another id.",
                  of));
}

Error RubricNotForSurveys(std::string_view why) {
  return Precondition("RUBRIC_NOT_FOR_SURVEYS", "rubric",
                      fmt::format("A driver survey needs a rubric with four levels and one "
                                  "criterion for each of the twelve factors: {}.",
                                  why));
}

Error SurveyUnknown(std::string_view round) {
  return NotFound("SURVEY_UNKNOWN", "round", "survey round", round, "");
}

Error SurveyOpen(std::string_view round) {
  return Precondition("SURVEY_OPEN", "first_day",
                      fmt::format("The round {} is still open; one at a time.", round));
}

Error SurveyNotBegun(std::string_view first_day) {
  return Precondition("SURVEY_NOT_BEGUN", "round",
                      fmt::format("The survey can be answered from {} on.", first_day));
}

Error SurveyOver() {
  return Precondition("SURVEY_OVER", "round", "The survey has ended or was cancelled.");
}

Error SurveyNotEnded() {
  return Precondition("SURVEY_NOT_ENDED", "round", "The survey has not ended yet.");
}

Error SurveyOfDistrict() {
  return Precondition("SURVEY_OF_DISTRICT", "school",
                      "The district opened this round; it is cancelled without a school, for all "
                      "schools.");
}

Error WindowInvalid(int days_at_most) {
  return Invalid(
      "WINDOW_INVALID", "last_day",
      fmt::format("A survey begins today or later, and ends on its first day or up to {} "
                  "days later.",
                  days_at_most));
}

Error ItemsIncomplete(std::string_view factors) {
  return Invalid(
      "ITEMS_INCOMPLETE", "answers",
      fmt::format("Every item is answered once, with a level from 1 to 4; look at: {}.", factors));
}

Error RaterMissing() {
  return Invalid("RATER_MISSING", "rater",
                 "Without credentials an answer says who gives it, so that it counts once.");
}

Error GroupMissing() {
  return Invalid("GROUP_MISSING", "group", "An answer is given as staff, leaders or district.");
}

}  // namespace throughline::plans
