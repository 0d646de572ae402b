// What one student adds to the numbers of a cycle on an indicator.
//
// A contribution is a function of the student's trail, groups and roster alone, and the numbers are
// the sum of the contributions. When something changes, the old contribution is taken out and the
// new one put in, so a change costs the same however much there is.
#pragma once

#include <optional>

#include "throughline/evidence/v1/rows.pb.h"

namespace throughline::evidence {

// The contribution of a student with this trail to the window. `groups` are the student's.
// Absent when there is neither a baseline nor a result in the window.
std::optional<v1::ContributionRow> ContributionOf(
    const v1::TrailRow& trail, const v1::Watch& window,
    const google::protobuf::RepeatedPtrField<std::string>& groups);

void PutIn(const v1::ContributionRow& contribution, v1::EvidenceRow& evidence);
void TakeOut(const v1::ContributionRow& contribution, v1::EvidenceRow& evidence);

// A score as a step of 0.1 percent of scale, 0 to 1000.
inline int32_t BinOf(int32_t ppm) { return ppm / 1000; }

}  // namespace throughline::evidence
