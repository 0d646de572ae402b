// The state tables of the plans service and their keys. core/key.h lays these out.
#pragma once

#include <string>
#include <string_view>
#include <tuple>

#include "core/key.h"
#include "decider/state.h"
#include "throughline/plans/v1/district.pb.h"
#include "throughline/plans/v1/emergency_access.pb.h"
#include "throughline/plans/v1/framing.pb.h"
#include "throughline/plans/v1/progression.pb.h"
#include "throughline/plans/v1/rows.pb.h"
#include "throughline/plans/v1/survey.pb.h"
#include "throughline/plans/v1/survey_keys.pb.h"
#include "throughline/plans/v1/template.pb.h"

namespace throughline::plans {

using core::JoinKey;
using decider::Table;

inline constexpr Table<v1::District> kDistricts{"district"};        // district; on its own key
inline constexpr Table<v1::District> kAdopted{"adopted_district"};  // district; in every partition
inline constexpr Table<v1::School> kSchools{"school"};              // district/school
inline constexpr Table<v1::Team> kTeams{"team"};                    // district/school/team
inline constexpr Table<v1::SitePlanRow> kSitePlans{"site_plan"};    // district/school/plan
inline constexpr Table<v1::PlanFraming> kFramings{"framing"};       // district/school
inline constexpr Table<v1::LearningProgression> kProgressions{
    "progression"};  // district/school/team/progression
// Whatever was taken, the latest first: district/access
inline constexpr Table<v1::EmergencyAccess> kEmergencyAccess{"emergency_access"};
// What is not over: district/school/subject
inline constexpr Table<v1::EmergencyAccess> kHeldAccess{"held_emergency_access"};

inline constexpr Table<v1::RubricRow> kRubrics{"rubric"};  // district/rubric; on the district's
inline constexpr Table<v1::Rubric> kAdoptedRubrics{
    "adopted_rubric"};  // district/rubric; everywhere
// What was ever published: district/rubric/revision; everywhere
inline constexpr Table<v1::Rubric> kRubricRevisions{"rubric_revision"};
inline constexpr Table<v1::Template> kTemplates{"template"};                  // district/template
inline constexpr Table<v1::SurveyRound> kDistrictSurveys{"district_survey"};  // district/round
inline constexpr Table<v1::SurveyRound> kSurveys{"survey"};  // district/school/round
// What is sealed and not counted yet: district/school/round/rater
inline constexpr Table<v1::SurveyBallotRow> kSurveyBallots{"survey_ballot"};
// Ended and not counted yet: district/school/round
inline constexpr Table<v1::UncountedRoundRow> kUncountedSurveys{"uncounted_survey"};
inline constexpr Table<v1::SurveyResults> kSurveyResults{
    "survey_results"};  // district/school/round

// All of them, for what goes over every table.
inline constexpr std::tuple kTables{
    kDistricts,      kAdopted,          kSchools,         kTeams,           kSitePlans,
    kFramings,       kProgressions,     kEmergencyAccess, kHeldAccess,      kRubrics,
    kAdoptedRubrics, kRubricRevisions,  kTemplates,       kDistrictSurveys, kSurveys,
    kSurveyBallots,  kUncountedSurveys, kSurveyResults};

}  // namespace throughline::plans
