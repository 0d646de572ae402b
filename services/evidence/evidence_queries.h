// What evidence shows, from its committed rows: nothing of fewer students than a cell may show, nor
// anything from which such a number could be found by subtraction. Thread-safe.
#pragma once

#include "core/result.h"
#include "runtime/rows.h"
#include "throughline/evidence/v1/evidence_service.pb.h"

namespace throughline::evidence {

core::Result<void> Query(const runtime::Rows& rows, const v1::ListAssessmentsRequest& request,
                         v1::ListAssessmentsResponse& response);
core::Result<void> Query(const runtime::Rows& rows, const v1::GetAssessmentRequest& request,
                         v1::GetAssessmentResponse& response);
core::Result<void> Query(const runtime::Rows& rows, const v1::ListLineItemsRequest& request,
                         v1::ListLineItemsResponse& response);
core::Result<void> Query(const runtime::Rows& rows, const v1::GetLineItemRequest& request,
                         v1::GetLineItemResponse& response);
core::Result<void> Query(const runtime::Rows& rows, const v1::ListQuarantineRequest& request,
                         v1::ListQuarantineResponse& response);
// `rounded`: for callers who do not push results, whom a count that rises by one would tell that
// something came of somebody. Down to whole smallest cells; what is under one is absent.
core::Result<void> Query(const runtime::Rows& rows, const v1::GetResultCountsRequest& request,
                         v1::GetResultCountsResponse& response, bool rounded);
core::Result<void> Query(const runtime::Rows& rows, const v1::GetGrowthRequest& request,
                         v1::GetGrowthResponse& response);
core::Result<void> Query(const runtime::Rows& rows, const v1::GetGapsRequest& request,
                         v1::GetGapsResponse& response);
core::Result<void> Query(const runtime::Rows& rows, const v1::GetCoverageRequest& request,
                         v1::GetCoverageResponse& response);

}  // namespace throughline::evidence
