// Schools of different size beside their district, as readers may be shown it.
#pragma once

#include "core/date.h"
#include "core/result.h"
#include "runtime/rows.h"
#include "throughline/evidence/v1/evidence_service.pb.h"

namespace throughline::evidence {

// `now`: the moment that is asked about.
core::Result<void> Query(const runtime::Rows& rows, const v1::GetFunnelRequest& request,
                         core::Instant now, v1::GetFunnelResponse& response);

}  // namespace throughline::evidence
