// What a roster's request says of students, as whole students: those it names whole, those of whom
// it says only what changed, and those of classes that are over. Pure.
#pragma once

#include <vector>

#include "decider/state.h"
#include "throughline/evidence/v1/evidence_service.pb.h"
#include "throughline/evidence/v1/rows.pb.h"

namespace throughline::evidence {

// Each once, in the order of the request, then by pseudonym. Some may be as they were before. The
// request has been checked. `day` is the day in the district, days since 1970-01-01.
std::vector<v1::RosterStudent> StudentsAfter(const v1::UpdateRosterRequest& request, int32_t day,
                                             const decider::State& state);

// What a move makes of a student; `before` is null when the school does not know the student.
v1::RosterStudent Moved(const v1::RosterMove& move, const v1::StudentRow* before, int32_t day);

}  // namespace throughline::evidence
