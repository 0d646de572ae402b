// Every refusal of the plans service.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/errors.h"
#include "throughline/plans/v1/site_plan.pb.h"

namespace throughline::plans {

// The same in every service.
using core::DistrictUnknown;
using core::IdInvalid;
using core::SchoolUnknown;
using core::TextTooLong;
using core::VersionStale;

core::Error TooMany(std::string_view field, size_t at_most);  // TOO_MANY
core::Error DateInvalid(std::string_view field);              // DATE_INVALID
core::Error TermReversed(std::string_view field);             // TERM_REVERSED
core::Error TimeZoneUnknown(std::string_view zone);           // TIME_ZONE_UNKNOWN
core::Error PolicyOutOfRange(std::string_view field, double low,
                             double high);                                  // POLICY_OUT_OF_RANGE
core::Error PhasesDoNotAddUp();                                             // PHASES_DO_NOT_ADD_UP
core::Error DistrictExists(std::string_view district);                      // DISTRICT_EXISTS
core::Error TeamUnknown(std::string_view team);                             // TEAM_UNKNOWN
core::Error PlanUnknown(std::string_view plan);                             // PLAN_UNKNOWN
core::Error PlanClosed(std::string_view plan);                              // PLAN_CLOSED
core::Error PlanNotClosed(std::string_view plan);                           // PLAN_NOT_CLOSED
core::Error ReopeningReasonMissing();                                       // REASON_MISSING
core::Error NoDraft(std::string_view plan);                                 // NO_DRAFT
core::Error NotPublished(std::string_view plan);                            // NOT_PUBLISHED
core::Error QuestionsUnanswered(const std::vector<v1::Finding>& findings);  // QUESTIONS_UNANSWERED
core::Error YearTaken(int year, std::string_view plan);                     // YEAR_TAKEN
core::Error JourneyPhaseUnknown(int phase);                                 // JOURNEY_PHASE_UNKNOWN
core::Error NumberInvalid(std::string_view field);                          // NUMBER_INVALID
// These name those that there are, when they are few. LINK_UNKNOWN
core::Error LinkUnknown(std::string_view field, std::string_view id,
                        const std::set<std::string>& known);
// DISTRICT_PRIORITY_UNKNOWN
core::Error DistrictPriorityUnknown(std::string_view field, std::string_view priority,
                                    const std::set<std::string>& known);
// INDICATOR_NOT_IN_PLAN
core::Error IndicatorNotInPlan(std::string_view field, std::string_view indicator,
                               const std::set<std::string>& known);
// ASSESSMENT_NOT_IN_PLAN
core::Error AssessmentNotObserving(std::string_view field, std::string_view assessment,
                                   const std::set<std::string>& known);
core::Error FedTwice(std::string_view field);                        // FED_TWICE
core::Error DoubleId(std::string_view field);                        // DOUBLE_ID
core::Error NotInstructional(std::string_view field);                // NOT_INSTRUCTIONAL
core::Error Missing(std::string_view field, std::string_view what);  // MISSING
core::Error OutOfRange(std::string_view field, int low, int high);   // OUT_OF_RANGE
core::Error TasksDoNotFit(int days, int window);                     // TASKS_DO_NOT_FIT
core::Error ReasonMissing();                                         // REASON_MISSING
core::Error EmergencyAccessUnknown(std::string_view access);         // EMERGENCY_ACCESS_UNKNOWN
core::Error EmergencyAccessHeld(std::string_view access);            // EMERGENCY_ACCESS_HELD
core::Error NotYoursToEnd();                                         // NOT_YOURS_TO_END
core::Error RubricUnknown(std::string_view rubric);                  // RUBRIC_UNKNOWN
// CRITERION_UNKNOWN
core::Error CriterionUnknown(std::string_view field, std::string_view criterion,
                             const std::set<std::string>& known);
core::Error RubricHasNoDraft(std::string_view rubric);  // NO_DRAFT
core::Error DescriptorsIncomplete(std::string_view field, int descriptors,
                                  int levels);           // DESCRIPTORS_INCOMPLETE
core::Error FactorUnknown(std::string_view field);       // FACTOR_UNKNOWN
core::Error LensUnknown(std::string_view field);         // LENS_UNKNOWN
core::Error TemplateUnknown(std::string_view of);        // TEMPLATE_UNKNOWN
core::Error TemplateShipped(std::string_view of);        // TEMPLATE_SHIPPED
core::Error RubricNotForSurveys(std::string_view why);   // RUBRIC_NOT_FOR_SURVEYS
core::Error SurveyUnknown(std::string_view round);       // SURVEY_UNKNOWN
core::Error SurveyOpen(std::string_view round);          // SURVEY_OPEN
core::Error SurveyNotBegun(std::string_view first_day);  // SURVEY_NOT_BEGUN
core::Error SurveyOver();                                // SURVEY_OVER
core::Error SurveyNotEnded();                            // SURVEY_NOT_ENDED
core::Error SurveyOfDistrict();                          // SURVEY_OF_DISTRICT
core::Error WindowInvalid(int days_at_most);             // WINDOW_INVALID
core::Error ItemsIncomplete(std::string_view factors);   // ITEMS_INCOMPLETE
core::Error RaterMissing();                              // RATER_MISSING
core::Error GroupMissing();                              // GROUP_MISSING

}  // namespace throughline::plans
