// The state tables of the cycles service and their keys. core/key.h lays these out.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <tuple>

#include "core/ids.h"
#include "core/key.h"
#include "decider/state.h"
#include "district/district_notes.h"
#include "throughline/cycles/v1/cycles_events.pb.h"
#include "throughline/cycles/v1/offer_events.pb.h"
#include "throughline/cycles/v1/practice_events.pb.h"
#include "throughline/cycles/v1/rows.pb.h"
#include "throughline/cycles/v1/visit.pb.h"
#include "throughline/cycles/v1/wave_events.pb.h"

namespace throughline::cycles {

using core::JoinKey;
using decider::Table;

inline constexpr Table<v1::Cycle> kCycles{"cycle"};                     // district/school/cycle
inline constexpr Table<v1::TeamCyclesRow> kTeamCycles{"team_cycles"};   // district/school/team
inline constexpr Table<v1::Review> kReviews{"review"};                  // district/school/review
inline constexpr Table<v1::OpenReviewRow> kOpenReviews{"open_review"};  // see ConditionKey
inline constexpr Table<v1::Condition> kConditions{"condition"};         // see ConditionKey
inline constexpr Table<v1::SchoolReviewRow> kSchoolReviews{"school_review"};  // district/school
inline constexpr Table<plans::v1::PlanInForceNoted> kPlansInForce{
    "plan_in_force"};                                                   // district/school
inline constexpr Table<v1::PlanReviewRow> kPlanReviews{"plan_review"};  // district/school
// What cycles may name of other services; see named_elsewhere.h.
inline constexpr Table<plans::v1::ProgressionNoted> kNotedProgressions{
    "noted_progression"};  // district/school/team/progression
inline constexpr Table<plans::v1::PlanNoted> kNotedPlans{"noted_plan"};  // district/school/plan
inline constexpr Table<v1::ObservedIndicatorsRow> kObservedIndicators{
    "observed_indicators"};  // district
// The library of practices: on the district's own key, and as every partition has noted it. Names
// are by the id that is derived from them (practices/library_rows.h).
inline constexpr Table<v1::Practice> kPractices{"practice"};                  // district/practice
inline constexpr Table<v1::PracticeNameRow> kPracticeNames{"practice_name"};  // district/id
inline constexpr Table<v1::Practice> kKnownPractices{"known_practice"};       // district/practice
inline constexpr Table<v1::PracticeNameRow> kKnownNames{"known_practice_name"};  // district/id
// What teams took up: district/school/team/practice. On the district's key the same by practice:
// district/practice/school/team
inline constexpr Table<v1::Adoption> kAdoptions{"adoption"};
inline constexpr Table<v1::Adoption> kAdopters{"adopter"};
// Sums of what readers are shown of a cycle: district/school/cycle/indicator
inline constexpr Table<common::v1::PairedSums> kShownSums{"shown_sums"};
// On the district's key, what closed cycles came to: district/cycle/indicator, and those whose
// design named the practice: district/practice/cycle/indicator.
inline constexpr Table<v1::CycleOutcome> kOutcomes{"cycle_outcome"};
inline constexpr Table<v1::CycleOutcome> kUserOutcomes{"user_outcome"};
// Their sums, of all: district/indicator/basis/start/end, and of those whose team used the
// practice: district/indicator/basis/practice/start/end.
inline constexpr Table<v1::WindowSumsRow> kWindowSums{"window_sums"};
inline constexpr Table<v1::WindowSumsRow> kUserSums{"user_sums"};
// What a school stands at on an assessment: district/school/assessment
inline constexpr Table<v1::SchoolMeanNoted> kSchoolMeans{"school_mean"};
// Of closed cycles by window, for their comparison: district/indicator/basis/start/end/cycle
inline constexpr Table<v1::WindowOutcomeRow> kWindowOutcomes{"window_outcome"};
// On the school's key, how the district compares its closed cycles:
// district/school/cycle/indicator.
inline constexpr Table<v1::ImpactComparison> kTakenComparisons{"taken_comparison"};
// Students of teams: district/indicator/school/team
inline constexpr Table<v1::TeamStudentsRow> kTeamStudents{"team_students"};
inline constexpr Table<v1::PracticeAssessment> kAssessments{
    "practice_assessment"};  // district/practice
// Who the students of a team are in its latest cycle: district/school/team/indicator
inline constexpr Table<v1::LatestStudentsRow> kLatestStudents{"latest_students"};
inline constexpr Table<v1::AssessmentsDueRow> kAssessmentsDue{"assessments_due"};  // district
// What teams work on: district/school/team. On the district's key the same, and what they share, or
// would with one more: district/challenge.
inline constexpr Table<v1::TeamChallenge> kTeamChallenges{"team_challenge"};
inline constexpr Table<v1::TeamChallenge> kNotedChallenges{"noted_challenge"};
inline constexpr Table<v1::CommonChallenge> kChallenges{"challenge"};
// On the district's key, what was offered for it: district/challenge/school/team
inline constexpr Table<v1::MadeOffersRow> kMadeOffers{"made_offers"};
// On the key of the team's school: district/school/team/offer, and the last one of each thing:
// district/thing/school/team (offers/offer_rows.h).
inline constexpr Table<v1::Offer> kOffers{"offer"};
inline constexpr Table<v1::LastOfferRow> kLastOffers{"last_offer"};
// How many are open: district/school
inline constexpr Table<v1::OpenOffersRow> kOpenOffers{"open_offers"};
// On the district's key: district/wave, and who begins when by lot: district/practice/school/team.
// On the school's key what was drawn for a team: district/school/team/wave
inline constexpr Table<v1::Wave> kWaves{"wave"};
inline constexpr Table<v1::LotRow> kLots{"lot"};
inline constexpr Table<v1::DrawnPlace> kDrawnPlaces{"drawn_place"};
// On the key of the host.
inline constexpr Table<v1::Visit> kVisits{"visit"};                     // district/host/visit
inline constexpr Table<v1::VisitRoom> kVisitRooms{"visit_room"};        // district/host/visit/room
inline constexpr Table<v1::VisitPacket> kVisitPackets{"visit_packet"};  // district/host/visit
// By the school for which they were recorded, empty for the district:
// district/host/visit/school/room
inline constexpr Table<v1::RecordedRoom> kRecordedRooms{"recorded_room"};
// In every partition: district/rubric/revision; see look_for_rubrics.h
inline constexpr Table<plans::v1::RubricNoted> kNotedRubrics{"noted_rubric"};

// All of them, for what goes over every table.
inline constexpr std::tuple kTables{district::kDistricts,
                                    district::kSchools,
                                    district::kTeams,
                                    district::kIndicators,
                                    district::kFollowed,
                                    kCycles,
                                    kTeamCycles,
                                    kReviews,
                                    kOpenReviews,
                                    kConditions,
                                    kSchoolReviews,
                                    kPlansInForce,
                                    kPlanReviews,
                                    kSchoolMeans,
                                    kNotedRubrics,
                                    kNotedProgressions,
                                    kNotedPlans,
                                    kObservedIndicators,
                                    kPractices,
                                    kPracticeNames,
                                    kKnownPractices,
                                    kKnownNames,
                                    kAdoptions,
                                    kAdopters,
                                    kShownSums,
                                    kOutcomes,
                                    kUserOutcomes,
                                    kWindowSums,
                                    kUserSums,
                                    kWindowOutcomes,
                                    kTakenComparisons,
                                    kAssessments,
                                    kAssessmentsDue,
                                    kTeamStudents,
                                    kTeamChallenges,
                                    kNotedChallenges,
                                    kChallenges,
                                    kMadeOffers,
                                    kOffers,
                                    kLastOffers,
                                    kOpenOffers,
                                    kWaves,
                                    kLots,
                                    kDrawnPlaces,
                                    kLatestStudents,
                                    kVisits,
                                    kVisitRooms,
                                    kRecordedRooms,
                                    kVisitPackets};

// The id of a team's cycle, by its number: derived, and so known beforehand.
inline std::string CycleId(std::string_view district, std::string_view school,
                           std::string_view team, int number) {
  return fmt::format("{}-{:05}", core::DerivedId({district, school, team}), number);
}

// district/school/cycle/trigger/indicator/group: what holds at most once at a time. What is of no
// cycle has the team after that, which is empty for what holds of a school or the district, or the
// visit and the commitment in its place. What is about an offer, a wave or a survey has that after
// the team; what is about a practice has that at the end.
inline std::string ConditionKey(const v1::Condition& condition) {
  std::string about = condition.visit().empty()
                          ? condition.team()
                          : JoinKey(condition.visit(), condition.commitment());
  if (!condition.offer().empty()) about = JoinKey(about, condition.offer());
  if (!condition.wave().empty()) about = JoinKey(about, condition.wave());
  if (!condition.survey().empty()) about = JoinKey(about, condition.survey());
  const std::string cycle = condition.cycle().empty() ? JoinKey("", about) : condition.cycle();
  std::string key = JoinKey(condition.district(), condition.school(), cycle,
                            std::to_string(static_cast<int>(condition.trigger())),
                            condition.indicator(), condition.group());
  return condition.has_practice() ? JoinKey(key, condition.practice().practice()) : key;
}

}  // namespace throughline::cycles
