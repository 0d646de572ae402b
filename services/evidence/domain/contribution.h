// What one student adds to the numbers of a cycle on an indicator.
//
// A contribution is a function of the student's trail, groups and roster alone, and the numbers are
// the sum of the contributions. When something changes, the old contribution is taken out and the
// new one put in, so a change costs the same however much there is.
#pragma once

#include "throughline/evidence/v1/rows.pb.h"

namespace throughline::evidence {

// A point of the student's trail: it becomes the contribution's baseline or current result when it
// is the latest of those days of the watched cycle. Of a school year it becomes the baseline when
// it is the first, and the current result when it is the latest. The order in which points are
// offered does not matter.
void Offer(const v1::TrailPoint& point, const v1::Watch& watch, v1::ContributionRow& contribution);

// Whether the contribution's current result counts: of a school year, in which any result may be
// the latest, only one of a later day than the first.
inline bool HasCurrent(const v1::ContributionRow& contribution) {
  return contribution.has_current() &&
         (!contribution.has_baseline() ||
          contribution.current().day() > contribution.baseline().day());
}

bool IsSame(const v1::ContributionRow& a, const v1::ContributionRow& b);

void PutIn(const v1::ContributionRow& contribution, v1::EvidenceRow& evidence);
void TakeOut(const v1::ContributionRow& contribution, v1::EvidenceRow& evidence);

// A score as a step of 0.1 percent of scale, 0 to 1000.
inline int32_t BinOf(int32_t ppm) { return ppm / 1000; }

}  // namespace throughline::evidence
