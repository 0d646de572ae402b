// What evidence answers of the four questions of a district or a school, as readers may be shown
// it: from counts that are kept for it, and never from students. Thread-safe.
#pragma once

#include "core/result.h"
#include "runtime/rows.h"
#include "throughline/evidence/v1/evidence_service.pb.h"

namespace throughline::evidence {

// SCHOOL_UNKNOWN.
core::Result<void> Query(const runtime::Rows& rows, const v1::GetStrugglingReportRequest& request,
                         v1::GetStrugglingReportResponse& response);

}  // namespace throughline::evidence
