// How gaps went from window to window, as readers may be shown it.
#pragma once

#include "core/result.h"
#include "runtime/rows.h"
#include "throughline/evidence/v1/evidence_service.pb.h"

namespace throughline::evidence {

core::Result<void> Query(const runtime::Rows& rows, const v1::ListGapTrendsRequest& request,
                         v1::ListGapTrendsResponse& response);

}  // namespace throughline::evidence
