// How the schools of a district frame their plans, as readers see it.
#pragma once

#include "runtime/rows.h"
#include "throughline/plans/v1/plans_service.pb.h"

namespace throughline::plans {

// Reads one row a school, and another of those that have a plan in force. The district is there.
core::Result<void> ListFramings(const runtime::Rows& rows, const v1::ListFramingsRequest& request,
                                v1::ListFramingsResponse& response);

}  // namespace throughline::plans
