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

void AddRetraction(const v1::Result& retraction, int index, const std::set<Known>& known,
                   const v1::IngestResultsRequest& batch, Parts& parts) {
  for (const Known& one : known) {
    v1::Result result = retraction;
    result.set_school(one.school);
    result.set_source_id(one.source_id);
    AddResult(std::move(result), index, one.aside, batch, parts);
  }
}

}  // namespace throughline::evidence
