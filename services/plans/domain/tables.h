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

// All of them, for what goes over every table.
inline constexpr std::tuple kTables{kDistricts,    kAdopted,         kSchools,
                                    kTeams,        kSitePlans,       kFramings,
                                    kProgressions, kEmergencyAccess, kHeldAccess};

}  // namespace throughline::plans
