// Variance of an assessment's scores within and among classes and schools, as readers may be shown
// it. Thread-safe.
#pragma once

#include <string>
#include <vector>

#include "core/result.h"
#include "runtime/rows.h"
#include "throughline/evidence/v1/evidence_service.pb.h"

namespace throughline::evidence {

// How many matched students readers are shown of a team's cycle.
struct ShownGrowth {
  std::string team;  // school/team
  std::string indicator;
  int32_t matched = 0;
};
using ShownGrowths = std::vector<ShownGrowth>;
// Of a district, for all of its assessments.
core::Result<ShownGrowths> ShownGrowthsIn(const runtime::Rows& rows, const std::string& district);

// ASSESSMENT_NOT_FOUND, SUPPRESSED.
core::Result<void> Query(const runtime::Rows& rows, const v1::GetVarianceRequest& request,
                         const ShownGrowths& growths, v1::GetVarianceResponse& response);
core::Result<void> Query(const runtime::Rows& rows, const v1::GetVarianceRequest& request,
                         v1::GetVarianceResponse& response);

}  // namespace throughline::evidence
