// Every refusal of the cycles service.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/errors.h"
#include "throughline/cycles/v1/cycle.pb.h"

namespace throughline::cycles {

// The same in every service.
using core::DistrictUnknown;
using core::IdInvalid;
using core::SchoolUnknown;
using core::TextTooLong;
using core::VersionStale;

// These name those that there are, when they are few.
core::Error TeamUnknown(std::string_view team, const std::set<std::string>& teams);  // TEAM_UNKNOWN
// PROGRESSION_UNKNOWN
core::Error ProgressionUnknown(std::string_view progression, std::string_view team,
                               const std::set<std::string>& progressions);
// INDICATOR_UNKNOWN
core::Error IndicatorUnknown(std::string_view field, std::string_view indicator,
                             const std::set<std::string>& indicators);
// INDICATOR_NOT_OBSERVED; said, and not refused.
core::Error IndicatorNotObserved(std::string_view field, std::string_view indicator,
                                 const std::set<std::string>& observed);
// PROBLEM_UNKNOWN
core::Error ProblemUnknown(std::string_view problem, const std::set<std::string>& problems);
core::Error TeamInactive(std::string_view team);     // TEAM_INACTIVE
core::Error CycleUnknown(std::string_view cycle);    // CYCLE_UNKNOWN
core::Error ReviewUnknown(std::string_view review);  // REVIEW_UNKNOWN
// CYCLE_IN_PAST
core::Error CycleInPast(std::string_view start, std::string_view end, std::string_view today);
// OUTSIDE_TERMS
core::Error OutsideTerms(int days, std::string_view start, std::string_view last);
core::Error StartInvalid();                                             // START_INVALID
core::Error CycleUnderWay(std::string_view cycle);                      // CYCLE_UNDER_WAY
core::Error IndicatorsInvalid(int at_most);                             // INDICATORS_INVALID
core::Error IndicatorNotOfCycle(std::string_view field);                // INDICATOR_NOT_OF_CYCLE
core::Error PredictionInvalid(std::string_view field);                  // PREDICTION_INVALID
core::Error IndicatorTwice(std::string_view field);                     // INDICATOR_TWICE
core::Error GrowthInvalid(std::string_view field);                      // GROWTH_INVALID
core::Error WrongPhase(v1::CycleState current, v1::CycleState wanted);  // WRONG_PHASE
core::Error CycleOver(std::string_view cycle);                          // CYCLE_OVER
core::Error ArtefactsMissing(const std::vector<std::string>& fields);   // ARTEFACTS_MISSING
core::Error LookOutsideWindow(std::string_view start, std::string_view end);  // LOOK_OUTSIDE_WINDOW
core::Error LookInFuture(std::string_view today);                             // LOOK_IN_FUTURE
core::Error NothingSaid(std::string_view field);                              // NOTHING_SAID
core::Error ObservationMissing();                                             // OBSERVATION_MISSING
core::Error ReasonMissing();                                                  // REASON_MISSING
core::Error AnswerMissing();                                                  // ANSWER_MISSING
core::Error AdjustmentMissing();                                              // ADJUSTMENT_MISSING
core::Error ReviewAnswered(std::string_view review);                          // REVIEW_ANSWERED
core::Error NotYoursToAnswer();                                               // NOT_YOURS_TO_ANSWER
core::Error AnsweredWithThePlan(std::string_view plan);  // ANSWERED_WITH_THE_PLAN

}  // namespace throughline::cycles
