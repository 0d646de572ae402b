// What evidence keeps of a district and its schools: calendar, zone and policy.
#pragma once

#include "core/instructional_calendar.h"
#include "decider/decider.h"
#include "throughline/evidence/v1/evidence_events.pb.h"
#include "throughline/plans/v1/plans_events.pb.h"

namespace throughline::evidence {

void Decide(const plans::v1::DistrictAdopted& adopted, decider::Turn& turn);
void Decide(const plans::v1::SchoolChanged& changed, decider::Turn& turn);
void Apply(const v1::DistrictNoted& noted, decider::State& state);
void Apply(const v1::SchoolNoted& noted, decider::State& state);

// The calendar of a school, its own closures included. Weekdays when the district is not known.
core::InstructionalCalendar CalendarOf(const decider::State& state, std::string_view district,
                                       std::string_view school);
// The effective policy; its defaults when the district is not known.
const common::v1::Policy& PolicyOf(const decider::State& state, std::string_view district);
// IANA zone of the district; UTC when it is not known.
std::string_view ZoneOf(const decider::State& state, std::string_view district);

}  // namespace throughline::evidence
