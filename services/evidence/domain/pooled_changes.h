// The changes of the students of a school's open cycles, summed on the school's key, and those of
// its schools on the district's: what the gaps of schools and of the district rest on.
//
// A team's part in an indicator is that of its cycle whose window is current. It is summed anew a
// moment after its numbers moved, by a timer; no other team is looked at, nor any student.
#pragma once

#include <string>
#include <string_view>

#include "decider/decider.h"
#include "evidence/domain/team_keys.h"
#include "throughline/evidence/v1/evidence_events.pb.h"

namespace throughline::evidence {

inline constexpr std::string_view kChangesDue = "changes/";  // changes/district/school

// For Apply: the numbers of a cycle's indicator moved, or it is watched no longer.
void NoteMoved(const TeamKey& team, const std::string& indicator, core::Instant time,
               decider::State& state);

// The moment came: sums what moved in the school, and evaluates its gaps; with an empty school,
// those of the district.
void DecideChanges(std::string_view timer, decider::Turn& turn);
// Delivery of a school's sums to the district's key.
void Decide(const v1::ChangesSummed& summed, decider::Turn& turn);

void Apply(const v1::ChangesSummed& summed, decider::State& state);
void Apply(const v1::DistrictChangesSummed& summed, core::Instant time, decider::State& state);

}  // namespace throughline::evidence
