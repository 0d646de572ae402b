#include "evidence/result_places.h"

#include <set>
#include <utility>

#include "core/date.h"
#include "core/ids.h"
#include "evidence/domain/placement.h"
#include "evidence/domain/results.h"
#include "evidence/domain/tables.h"
#include "evidence/row_pages.h"

namespace throughline::evidence {

using core::Result;

namespace {

// The district's rows of these ids, each read once however often it is asked for.
template <class Row>
Result<std::map<std::string_view, Row>> RowsOf(Table<Row> table, const std::string& district,
                                               const std::set<std::string_view>& ids,
                                               const runtime::Rows& rows) {
  std::map<std::string_view, Row> found;
  if (ids.empty()) return found;
  std::vector<std::string> keys;
  keys.reserve(ids.size());
  for (std::string_view id : ids) keys.push_back(JoinKey(district, id));
  auto read = rows.GetMany(table, district, keys);
  if (!read) return core::Refuse(read.error());
  auto row = read->begin();
  for (std::string_view id : ids) {
    if (*row) found.emplace(id, std::move(**row));
    ++row;
  }
  return found;
}

// Places the results by those rows of the table that they ask for.
template <class Row>
Result<void> ResolveBy(Table<Row> table, std::string_view (*asked)(const v1::Result&),
                       const runtime::Rows& rows, v1::IngestResultsRequest& batch) {
  std::set<std::string_view> ids;
  for (const v1::Result& result : batch.results()) {
    if (const std::string_view id = asked(result); !id.empty()) ids.insert(id);
  }
  const auto found = RowsOf(table, batch.district(), std::move(ids), rows);
  if (!found) return core::Refuse(found.error());
  for (v1::Result& result : *batch.mutable_results()) {
    const auto row = found->find(asked(result));
    if (row != found->end()) PlaceBy(row->second, result);
  }
  return {};
}

// Whether `source_id` is `whole` or a part of it.
bool IsPartOf(std::string_view source_id, std::string_view whole) {
  if (!source_id.starts_with(whole)) return false;
  const std::string_view rest = source_id.substr(whole.size());
  return rest.empty() || rest.starts_with(kPartMark);
}

// Adds what one school, or none, has of the results that are taken back.
Result<void> AddKnown(const v1::IngestResultsRequest& batch, const std::string& school,
                      bool any_aside, const runtime::Rows& rows, TakenBack& found) {
  const std::string& district = batch.district();
  const std::string partition = core::Key{district, school}.Text();
  for (auto& [source_id, places] : found) {
    const std::string prefix = ResultKey(district, school, batch.source(), "");
    auto done = ForEachRow(kResults, partition, prefix + source_id, rows,
                           [&](const std::string& key, const v1::ResultRow& row) {
                             const std::string id = key.substr(prefix.size());
                             if (row.recorded().retracted() || !IsPartOf(id, source_id)) return;
                             places.insert({school, id, false});
                           });
    if (!done) return done;
  }
  if (!any_aside) return {};
  return ForEachRow(kQuarantine, partition, JoinKey(district, school, ""), rows,
                    [&](const std::string&, const v1::QuarantinedResult& entry) {
                      if (entry.source() != batch.source()) return;
                      for (auto& [source_id, places] : found) {
                        const std::string& id = entry.result().source_id();
                        if (IsPartOf(id, source_id)) places.insert({school, id, true});
                      }
                    });
}

}  // namespace

Result<void> ResolvePlacement(v1::IngestResultsRequest& batch, const runtime::Rows& rows) {
  auto resolved = ResolveBy(kLineItems, LineItemAsked, rows, batch);
  if (resolved) resolved = ResolveBy(kClassPlaces, ClassAsked, rows, batch);
  if (resolved) resolved = ResolveBy(kStudentPlaces, StudentAsked, rows, batch);
  return resolved;
}

bool IsRetractionById(const v1::Result& result) {
  return result.retracted() && result.school().empty() && !result.source_id().empty();
}

Result<TakenBack> FindTakenBack(const v1::IngestResultsRequest& batch, const runtime::Rows& rows) {
  TakenBack found;
  for (const v1::Result& result : batch.results()) {
    if (IsRetractionById(result)) found[result.source_id()];
  }
  if (found.empty()) return found;
  for (const v1::Result& result : batch.results()) {
    if (IsRetractionById(result)) continue;
    for (auto& [source_id, places] : found) {
      if (IsPartOf(result.source_id(), source_id)) {
        places.insert({result.school(), result.source_id(), false});
      }
    }
  }
  const std::string prefix = JoinKey(batch.district(), "");
  std::string after;
  while (true) {
    auto counts = rows.ScanAll(kCounts, prefix, after, kRowsPerPage);
    if (!counts) return core::Refuse(counts.error());
    for (const auto& [key, row] : *counts) {
      auto done = AddKnown(batch, key.substr(prefix.size()), row.quarantined() > 0, rows, found);
      if (!done) return core::Refuse(done.error());
    }
    if (counts->size() < kRowsPerPage) break;
    after = counts->back().first;
  }
  return found;
}

}  // namespace throughline::evidence
