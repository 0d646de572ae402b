#include "evidence/batch_parts.h"

#include <utility>

#include "core/ids.h"

namespace throughline::evidence {

void AddResult(v1::Result result, int index, bool aside, const v1::IngestResultsRequest& batch,
               Parts& parts) {
  if (!core::IsId(result.school())) result.clear_school();
  Part& part = parts[result.school()];
  if (part.indexes.empty()) {
    part.request.set_district(batch.district());
    part.request.set_source(batch.source());
    part.request.set_hidden(batch.hidden());
    part.request.set_counted_before(batch.counted_before());
  }
  part.indexes.push_back(index);
  part.aside.push_back(aside);
  *part.request.add_results() = std::move(result);
}

}  // namespace throughline::evidence
