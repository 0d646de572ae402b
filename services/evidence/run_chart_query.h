// The run chart of an indicator of a team or a school, as readers may be shown it.
#pragma once

#include "core/date.h"
#include "core/result.h"
#include "runtime/rows.h"
#include "throughline/evidence/v1/evidence_service.pb.h"

namespace throughline::evidence {

// `now`: the moment that is asked about. Reads the weeks of one school year.
core::Result<void> Query(const runtime::Rows& rows, const v1::GetRunChartRequest& request,
                         core::Instant now, v1::GetRunChartResponse& response);
// Those of the classes of a team.
core::Result<void> Query(const runtime::Rows& rows, const v1::ListClassRunChartsRequest& request,
                         core::Instant now, v1::ListClassRunChartsResponse& response);

}  // namespace throughline::evidence
