// Every refusal of the cycles service.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/errors.h"
#include "throughline/cycles/v1/cycle.pb.h"
#include "throughline/cycles/v1/visit.pb.h"

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
core::Error AnswerStands(std::string_view review);                            // ANSWER_STANDS
core::Error NotYoursToAnswer();                                               // NOT_YOURS_TO_ANSWER
core::Error AnsweredWithThePlan(std::string_view plan);  // ANSWERED_WITH_THE_PLAN

// Of corrections.
core::Error PhaseNotEnded(v1::CycleState current, v1::CycleState wanted);  // PHASE_NOT_ENDED
// REOPENING_TOO_LATE
core::Error ReopeningTooLate(v1::CycleState phase, std::string_view due);
core::Error NextCycleBegun(std::string_view next);                          // NEXT_CYCLE_BEGUN
core::Error NotYoursToReopen(v1::CycleState phase);                         // NOT_YOURS_TO_REOPEN
core::Error ReopeningReasonMissing();                                       // REASON_MISSING
core::Error AmendedTooEarly(v1::CycleState current, v1::CycleState phase);  // AMENDED_TOO_EARLY
core::Error PredictionStands();                                             // PREDICTION_STANDS
core::Error LookUnknown(int number, int looks);                             // LOOK_UNKNOWN

// Of visits.
core::Error VisitUnknown(std::string_view visit);        // VISIT_UNKNOWN
core::Error PacketUnknown(std::string_view visit);       // PACKET_UNKNOWN
core::Error NotAtTheVisit(std::string_view school);      // NOT_AT_THE_VISIT
core::Error NotTheHost(std::string_view school);         // NOT_THE_HOST
core::Error DateInvalid(std::string_view field);         // DATE_INVALID
core::Error NotInstructional(std::string_view date);     // NOT_INSTRUCTIONAL
core::Error VisitInPast(std::string_view today);         // VISIT_IN_PAST
core::Error VisitThatDay(std::string_view visit);        // VISIT_THAT_DAY
core::Error VisitorsInvalid(int at_least, int at_most);  // VISITORS_INVALID
core::Error LookForsInvalid(int at_most);                // LOOK_FORS_INVALID
// LOOK_FOR_INVALID; `what` is the sentence that says what is wanted.
core::Error LookForInvalid(std::string_view field, std::string_view what);
core::Error LookForUnknown(std::string_view field, std::string_view look_for);  // LOOK_FOR_UNKNOWN
core::Error RubricUnknown(std::string_view field, std::string_view rubric,
                          int revision);  // RUBRIC_UNKNOWN
core::Error CriterionUnknown(std::string_view field, std::string_view criterion,
                             std::string_view rubric,
                             const std::set<std::string>& criteria);  // CRITERION_UNKNOWN
core::Error LevelsDiffer(std::string_view field, std::string_view rubric,
                         int levels);                                    // LEVELS_DIFFER
core::Error RoomInvalid(std::string_view field, std::string_view what);  // ROOM_INVALID
core::Error RoomsAtMost(int at_most);                                    // ROOMS_AT_MOST
core::Error RoomsRecorded();                                             // ROOMS_RECORDED
core::Error NotPrepared();                                               // NOT_PREPARED
core::Error WrongStep(v1::VisitState current, v1::VisitState wanted);    // WRONG_STEP
core::Error StepIncomplete(const std::vector<std::string>& fields);      // STEP_INCOMPLETE
core::Error VisitOver(std::string_view visit);                           // VISIT_OVER
core::Error VisitDebriefed(std::string_view visit);                      // VISIT_DEBRIEFED
core::Error DebriefInvalid(std::string_view field, int at_most);         // DEBRIEF_INVALID
core::Error CommitmentsInvalid(int at_most);                             // COMMITMENTS_INVALID
// COMMITMENT_INVALID; `what` is the sentence that says what is wanted.
core::Error CommitmentInvalid(std::string_view field, std::string_view what);
// COMMITMENT_OUTSIDE_TERMS
core::Error CommitmentOutsideTerms(std::string_view field, int days, std::string_view last);
core::Error CommitmentUnknown(std::string_view commitment);  // COMMITMENT_UNKNOWN
core::Error OutcomeMissing();                                // OUTCOME_MISSING
core::Error CommitmentNotYours();                            // NOT_YOURS_TO_ANSWER
core::Error VisitReasonMissing();                            // REASON_MISSING
// PROPOSAL_INVALID
core::Error ProposalInvalid(std::string_view field, std::string_view what);
core::Error OutsideSchoolYear(std::string_view field);  // OUTSIDE_SCHOOL_YEAR

}  // namespace throughline::cycles
