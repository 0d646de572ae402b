// What cycles answer of the four questions, from committed rows: each table of the district, or of
// the school, is read once. Thread-safe.
#pragma once

#include "core/result.h"
#include "runtime/rows.h"
#include "throughline/cycles/v1/questions_service.pb.h"

namespace throughline::cycles {

core::Result<void> Query(const runtime::Rows& rows, const v1::GetQuestionsRequest& request,
                         v1::GetQuestionsResponse& response);

}  // namespace throughline::cycles
