// Certificates of erasures, as they are shown. Thread-safe.
#pragma once

#include "core/result.h"
#include "runtime/rows.h"
#include "throughline/evidence/v1/evidence_service.pb.h"

namespace throughline::evidence {

// The latest first.
core::Result<void> Query(const runtime::Rows& rows, const v1::ListErasuresRequest& request,
                         v1::ListErasuresResponse& response);

}  // namespace throughline::evidence
