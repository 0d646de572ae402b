// Rosters: classes with their teams, students with their groups and classes.
#pragma once

#include "decider/decider.h"
#include "throughline/evidence/v1/evidence_events.pb.h"
#include "throughline/evidence/v1/evidence_service.pb.h"

namespace throughline::evidence {

void Decide(const v1::UpdateRosterRequest& request, decider::Turn& turn);
// A delivery to the district's key, which learns where classes and students are.
void Decide(const v1::RosterChanged& changed, decider::Turn& turn);

// Enrolments that begin or are over on this day take effect.
void DecideEnrolmentsDue(std::string_view timer, decider::Turn& turn);
inline constexpr std::string_view kEnrolmentsDue = "enrolments/";  // enrolments/district/school/day

// The day in the district, days since 1970-01-01.
int32_t TodayOf(std::string_view district, const decider::State& state, core::Instant now);
// Records it, unless it says nothing, and evaluates the triggers that follow.
void Change(v1::RosterChanged changed, decider::Turn& turn);

void Apply(const v1::RosterChanged& changed, core::Instant time, decider::State& state);
void Apply(const v1::ClassesListed& listed, decider::State& state);

}  // namespace throughline::evidence
