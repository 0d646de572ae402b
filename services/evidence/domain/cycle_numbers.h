// What the sums of a cycle's indicator come to: growth, effect, and the gaps of groups. Pure
// functions. Growth and gaps are of the matched students of one basis (MainOf in basis.h).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/instructional_calendar.h"
#include "core/statistics/anytime_valid.h"
#include "evidence/domain/basis.h"
#include "throughline/common/v1/evidence.pb.h"
#include "throughline/common/v1/policy.pb.h"
#include "throughline/evidence/v1/rows.pb.h"

namespace throughline::evidence {

// The numbers now; `pools` are those of the row. `share_a_year` is the desired growth a year.
common::v1::CycleEvidence NumbersOf(const v1::EvidenceRow& row, const std::vector<Pool>& pools,
                                    int32_t rostered, const v1::Watch& watch, double share_a_year,
                                    const common::v1::Policy& policy,
                                    const core::InstructionalCalendar& calendar);

// The gaps of groups whose both sides have at least `smallest` matched students.
std::vector<common::v1::GapEvidence> GapsOf(const Pool& pool, int64_t smallest,
                                            const common::v1::Policy& policy);

// The mean change of the group less that of its complement.
std::optional<core::Coefficient> DifferenceOf(const Pool& pool, const PooledGroup& of);
// The standard deviation of the baselines of both, each about its own mean.
double BaselineSd(const PooledGroup& of);

}  // namespace throughline::evidence
