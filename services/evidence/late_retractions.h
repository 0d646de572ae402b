// A result and a retraction of it by its id alone, sent at the same time by two calls, are routed
// without seeing each other: the retraction finds no result anywhere and is remembered for the
// district, while the result finds nothing remembered and goes to its school. So every batch looks
// again after it is recorded. Whichever of the two is recorded last then finds the other, and sends
// the retraction to the school.
#pragma once

#include <vector>

#include "core/result.h"
#include "evidence/batch_parts.h"
#include "runtime/rows.h"
#include "throughline/evidence/v1/evidence_service.pb.h"

namespace throughline::evidence {

// The retractions that are still to be sent to schools, with the indexes of the batch.
struct LateRetractions {
  Parts of_the_batch;         // by id alone, of results that were recorded meanwhile
  Parts of_its_results;       // that were remembered meanwhile
  std::vector<int> too_late;  // the indexes of those results
};

// `response` says what became of the batch. One read of one row, as long as nothing was taken back
// meanwhile and the batch takes nothing back by its id alone. UNAVAILABLE when the journal cannot
// be read.
core::Result<LateRetractions> FindLateRetractions(const SharedBatch& batch,
                                                  const RoutedBatch& routed,
                                                  const v1::IngestResultsResponse& response,
                                                  const runtime::Rows& rows);

}  // namespace throughline::evidence
