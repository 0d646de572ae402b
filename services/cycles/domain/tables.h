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
#include "throughline/cycles/v1/rows.pb.h"
#include "throughline/cycles/v1/visit.pb.h"

namespace throughline::cycles {

using core::JoinKey;
using decider::Table;

inline constexpr Table<v1::Cycle> kCycles{"cycle"};                     // district/school/cycle
inline constexpr Table<v1::TeamCyclesRow> kTeamCycles{"team_cycles"};   // district/school/team
inline constexpr Table<v1::Review> kReviews{"review"};                  // district/school/review
inline constexpr Table<v1::OpenReviewRow> kOpenReviews{"open_review"};  // see ConditionKey
inline constexpr Table<v1::Condition> kConditions{"condition"};         // see ConditionKey
inline constexpr Table<v1::SchoolReviewRow> kSchoolReviews{"school_review"};  // district/school
inline constexpr Table<v1::PlanReviewRow> kPlanReviews{"plan_review"};        // district/school
// What cycles may name of other services; see named_elsewhere.h.
inline constexpr Table<plans::v1::ProgressionNoted> kNotedProgressions{
    "noted_progression"};  // district/school/team/progression
inline constexpr Table<plans::v1::PlanNoted> kNotedPlans{"noted_plan"};  // district/school/plan
inline constexpr Table<v1::ObservedIndicatorsRow> kObservedIndicators{
    "observed_indicators"};  // district
// On the key of the host.
inline constexpr Table<v1::Visit> kVisits{"visit"};                     // district/host/visit
inline constexpr Table<v1::VisitRoom> kVisitRooms{"visit_room"};        // district/host/visit/room
inline constexpr Table<v1::VisitPacket> kVisitPackets{"visit_packet"};  // district/host/visit

// All of them, for what goes over every table.
inline constexpr std::tuple kTables{district::kDistricts, district::kSchools,
                                    district::kTeams,     district::kIndicators,
                                    district::kFollowed,  kCycles,
                                    kTeamCycles,          kReviews,
                                    kOpenReviews,         kConditions,
                                    kSchoolReviews,       kPlanReviews,
                                    kNotedProgressions,   kNotedPlans,
                                    kObservedIndicators,  kVisits,
                                    kVisitRooms,          kVisitPackets};

// The id of a team's cycle, by its number: derived, and so known beforehand.
inline std::string CycleId(std::string_view district, std::string_view school,
                           std::string_view team, int number) {
  return fmt::format("{}-{:05}", core::DerivedId({district, school, team}), number);
}

// district/school/cycle/trigger/indicator/group: what holds at most once at a time. What is of no
// cycle has the team after that, which is empty for what holds of a school or the district, or the
// visit and the commitment in its place.
inline std::string ConditionKey(const v1::Condition& condition) {
  const std::string about = condition.visit().empty()
                                ? condition.team()
                                : JoinKey(condition.visit(), condition.commitment());
  const std::string cycle = condition.cycle().empty() ? JoinKey("", about) : condition.cycle();
  return JoinKey(condition.district(), condition.school(), cycle,
                 std::to_string(static_cast<int>(condition.trigger())), condition.indicator(),
                 condition.group());
}

}  // namespace throughline::cycles
