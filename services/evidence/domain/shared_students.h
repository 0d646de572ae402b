// Students whom several schools of the district have, or had. Their schools are notified of each
// other on the district's key, so that each knows of which of its results another may have an
// earlier or a later version (result_intake.h).
#pragma once

#include "decider/decider.h"
#include "throughline/evidence/v1/evidence_events.pb.h"

namespace throughline::evidence {

// On the district's key, when where these students are is noted (placement.h).
void ShareStudents(const v1::RosterChanged& changed, decider::Turn& turn);
void Apply(const v1::StudentsShared& shared, decider::State& state);

// On a school's key.
void Decide(const v1::StudentsShared& shared, decider::Turn& turn);
void Apply(const v1::SharedStudentsNoted& noted, decider::State& state);

}  // namespace throughline::evidence
