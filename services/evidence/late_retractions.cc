#include "evidence/late_retractions.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "evidence/elsewhere.h"
#include "evidence/result_places.h"

namespace throughline::evidence {

using core::Result;

namespace {

// Whether its school has it now, recorded or set aside.
bool IsKept(v1::ResultOutcome outcome) {
  return outcome == v1::RESULT_OUTCOME_ACCEPTED || outcome == v1::RESULT_OUTCOME_CORRECTED ||
         outcome == v1::RESULT_OUTCOME_UNSCORED || outcome == v1::RESULT_OUTCOME_QUARANTINED;
}

// Of a result that was recorded meanwhile. It counts as changed when the source took it back, and
// not before the version that it was remembered for.
v1::Result RetractionOf(const v1::Result& result, const v1::ResultRow& remembered) {
  v1::Result retraction;
  retraction.set_source_id(result.source_id());
  retraction.set_school(result.school());
  retraction.set_retracted(true);
  retraction.set_modified_at_ms(
      std::max({remembered.recorded().modified_at_ms(), remembered.recorded().taken_back_at_ms(),
                result.modified_at_ms()}));
  return retraction;
}

Result<void> AddRemembered(const SharedBatch& batch, const RoutedBatch& routed,
                           const v1::IngestResultsResponse& response, const runtime::Rows& rows,
                           LateRetractions& late) {
  for (const auto& [school, part] : routed.parts) {
    auto remembered = FindRemembered(*part.request, rows);
    if (!remembered) return core::Refuse(remembered.error());
    for (const auto& [i, one] : *remembered) {
      const int index = part.indexes[i];
      if (!IsKept(response.outcomes(index))) continue;
      AddResult(RetractionOf(part.request->results(i), one.row), index, false, batch,
                late.of_its_results);
      late.too_late.push_back(index);
    }
  }
  return {};
}

Result<void> AddRecorded(const SharedBatch& batch, const RoutedBatch& routed,
                         const runtime::Rows& rows, LateRetractions& late) {
  v1::IngestResultsRequest unknown;
  unknown.set_district(batch->district());
  unknown.set_source(batch->source());
  for (const auto& [index, retraction] : routed.unknown_retractions) {
    *unknown.add_results() = retraction;
  }
  auto known = FindTakenBack(unknown, rows);
  if (!known) return core::Refuse(known.error());
  for (const auto& [index, retraction] : routed.unknown_retractions) {
    AddRetraction(retraction, index, (*known)[retraction.source_id()], batch, late.of_the_batch);
  }
  return {};
}

}  // namespace

Result<LateRetractions> FindLateRetractions(const SharedBatch& batch, const RoutedBatch& routed,
                                            const v1::IngestResultsResponse& response,
                                            const runtime::Rows& rows) {
  LateRetractions late;
  if (!routed.unknown_retractions.empty()) {
    auto added = AddRecorded(batch, routed, rows, late);
    if (!added) return core::Refuse(added.error());
  }
  auto remembered = RetractionsRemembered(batch->district(), rows);
  if (!remembered) return core::Refuse(remembered.error());
  if (*remembered == routed.retractions_remembered) return late;
  auto added = AddRemembered(batch, routed, response, rows, late);
  if (!added) return core::Refuse(added.error());
  return late;
}

}  // namespace throughline::evidence
