#include "evidence/batch_parts.h"

#include <google/protobuf/arena.h>

#include <utility>

#include "columns/result_columns.h"
#include "core/ids.h"

namespace throughline::evidence {

namespace {

// Without results.
SharedBatch NewPart(const SharedBatch& of) {
  SharedBatch part = NewBeside(of);
  part->set_district(of->district());
  part->set_source(of->source());
  part->set_hidden(of->hidden());
  part->set_counted_before(of->counted_before());
  return part;
}

}  // namespace

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
  if (part.request == nullptr) part.request = NewPart(batch);
  part.indexes.push_back(index);
  part.aside.push_back(aside);
  *part.request->add_results() = std::move(result);
}

SharedBatch InColumns(const Part& part) {
  if (!columns::AreWorthColumns(part.request->results_size())) return part.request;
  SharedBatch sent = NewPart(part.request);
  columns::WriteColumns(part.request->results(), *sent->mutable_columns());
  return sent;
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
