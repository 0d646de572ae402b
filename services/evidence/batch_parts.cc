#include "evidence/batch_parts.h"

#include <google/protobuf/arena.h>

#include <utility>

#include "core/ids.h"

namespace throughline::evidence {

SharedBatch NewBatch() {
  auto arena = std::make_shared<google::protobuf::Arena>();
  auto* batch = google::protobuf::Arena::CreateMessage<v1::IngestResultsRequest>(arena.get());
  return {std::move(arena), batch};
}

SharedBatch NewBeside(const SharedBatch& batch) {
  return {batch,
          google::protobuf::Arena::CreateMessage<v1::IngestResultsRequest>(batch->GetArena())};
}

void AddResult(v1::Result&& result, int index, bool aside, const SharedBatch& batch, Parts& parts) {
  if (!core::IsId(result.school())) result.clear_school();
  Part& part = parts[result.school()];
  if (part.request == nullptr) {
    part.request = NewBeside(batch);
    part.request->set_district(batch->district());
    part.request->set_source(batch->source());
    part.request->set_hidden(batch->hidden());
    part.request->set_counted_before(batch->counted_before());
  }
  part.indexes.push_back(index);
  part.aside.push_back(aside);
  *part.request->add_results() = std::move(result);
}

void AddRetraction(const v1::Result& retraction, int index, const std::set<Known>& known,
                   const SharedBatch& batch, Parts& parts) {
  for (const Known& one : known) {
    v1::Result result = retraction;
    result.set_school(one.school);
    result.set_source_id(one.source_id);
    AddResult(std::move(result), index, one.aside, batch, parts);
  }
}

}  // namespace throughline::evidence
