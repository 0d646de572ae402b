// What the sums of a cycle's indicator come to: growth, effect, and the gaps of groups. Pure
// functions.
#pragma once

#include <cstdint>
#include <vector>

#include "core/instructional_calendar.h"
#include "throughline/common/v1/evidence.pb.h"
#include "throughline/common/v1/policy.pb.h"
#include "throughline/evidence/v1/rows.pb.h"

namespace throughline::evidence {

// The numbers now. `share_a_year` is the desired growth a year.
common::v1::CycleEvidence NumbersOf(const v1::EvidenceRow& row, int32_t rostered,
                                    const v1::Watch& watch, double share_a_year,
                                    const common::v1::Policy& policy,
                                    const core::InstructionalCalendar& calendar);

// The gaps of groups whose both sides have at least `smallest` matched students.
std::vector<common::v1::GapEvidence> GapsOf(const v1::EvidenceRow& row, int64_t smallest);

}  // namespace throughline::evidence
