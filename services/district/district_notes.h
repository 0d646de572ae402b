// What every service but plans keeps of a district, its schools and teams: calendar, zone, policy,
// closures, and which teams work. Each notes it in an event of its own topic.
#pragma once

#include <string>
#include <string_view>

#include "core/instructional_calendar.h"
#include "decider/decider.h"
#include "throughline/plans/v1/plans_events.pb.h"
#include "throughline/plans/v1/plans_notes.pb.h"

namespace throughline::district {

inline constexpr decider::Table<plans::v1::District> kDistricts{"district"};  // district
inline constexpr decider::Table<plans::v1::School> kSchools{"school"};        // district/school
inline constexpr decider::Table<plans::v1::Team> kTeams{"noted_team"};  // district/school/team
// district/school/indicator
inline constexpr decider::Table<plans::v1::NotedIndicator> kIndicators{"noted_indicator"};
// district, or district/school
inline constexpr decider::Table<plans::v1::PlaceFollowed> kFollowed{"followed_place"};

// A fact of an older version than what is noted changes nothing.
void Decide(const plans::v1::DistrictAdopted& adopted, decider::Turn& turn);
void Decide(const plans::v1::SchoolChanged& changed, decider::Turn& turn);
void Decide(const plans::v1::TeamChanged& changed, decider::Turn& turn);
// What people call the indicators of a school's plan.
void Decide(const plans::v1::SitePlanPublished& published, decider::Turn& turn);

// What was noted of a district is so again, but for what `change` says of its policy.
void NoteAgain(const plans::v1::DistrictNoted& noted, const common::v1::Policy& change,
               decider::Turn& turn);

// The same of what is noted of a district by now; nothing of one that is not known.
void NoteAgain(std::string_view district, const common::v1::Policy& change, decider::Turn& turn);

// Notes, before the place itself is noted, that it is followed from its beginning: for services
// that refuse what they do not know. Of a place that was there before they did, they may know too
// little.
void Follow(const plans::v1::DistrictAdopted& adopted, decider::Turn& turn);
void Follow(const plans::v1::SchoolChanged& changed, decider::Turn& turn);
// Whether what is not known of it is not there; an empty school: of the district itself.
bool IsFollowed(const decider::State& state, std::string_view district, std::string_view school);

void Apply(const plans::v1::DistrictNoted& noted, decider::State& state);
void Apply(const plans::v1::SchoolNoted& noted, decider::State& state);
void Apply(const plans::v1::TeamNoted& noted, decider::State& state);
void Apply(const plans::v1::IndicatorsNoted& noted, decider::State& state);
void Apply(const plans::v1::PlaceFollowed& followed, decider::State& state);

// The calendar of a school, its own closures included. Weekdays when the district is not known.
core::InstructionalCalendar CalendarOf(const decider::State& state, std::string_view district,
                                       std::string_view school);
// The same of what was noted of a district and a school; either may be null.
core::InstructionalCalendar CalendarOf(const plans::v1::District* district,
                                       const plans::v1::School* school);
// The effective policy; empty when the district is not known.
const common::v1::Policy& PolicyOf(const decider::State& state, std::string_view district);
// IANA zone of the district; UTC when it is not known.
std::string_view ZoneOf(const decider::State& state, std::string_view district);
// The day that it is there.
core::Date TodayOf(std::string_view district, const decider::Turn& turn);

}  // namespace throughline::district
