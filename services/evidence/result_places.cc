#include "evidence/result_places.h"

#include <set>
#include <utility>

#include "core/date.h"
#include "core/ids.h"
#include "evidence/domain/placement.h"
#include "evidence/domain/results.h"
#include "evidence/domain/tables.h"

namespace throughline::evidence {

using core::Result;

namespace {

constexpr size_t kPage = 1000;

// The district's rows of these ids, each read once however often it is asked for.
template <class Row>
Result<std::map<std::string_view, Row>> RowsOf(Table<Row> table, const std::string& district,
                                               std::set<std::string_view> ids,
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

bool AsksLineItem(const v1::Result& result) {
  const bool whole =
      !result.assessment().empty() && !result.class_id().empty() && !result.school().empty();
  return !result.line_item().empty() && !whole;
}

// Fills in what the gradebook columns say: assessment, class and school.
Result<void> ResolveLineItems(v1::IngestResultsRequest& batch, const runtime::Rows& rows) {
  std::set<std::string_view> ids;
  for (const v1::Result& result : batch.results()) {
    if (AsksLineItem(result)) ids.insert(result.line_item());
  }
  auto items = RowsOf(kLineItems, batch.district(), std::move(ids), rows);
  if (!items) return core::Refuse(items.error());
  for (v1::Result& result : *batch.mutable_results()) {
    if (!AsksLineItem(result)) continue;
    const auto item = items->find(result.line_item());
    if (item == items->end()) continue;
    if (result.assessment().empty()) result.set_assessment(item->second.assessment());
    if (result.class_id().empty()) result.set_class_id(item->second.class_id());
    if (result.class_id() == item->second.class_id()) result.set_school(item->second.school());
  }
  return {};
}

// What its source does not place otherwise is where the student was on that day.
bool AsksStudent(const v1::Result& result) {
  return result.school().empty() && result.class_id().empty() && result.line_item().empty() &&
         !result.student().empty();
}

Result<void> ResolveStudents(v1::IngestResultsRequest& batch, const runtime::Rows& rows) {
  std::set<std::string_view> ids;
  for (const v1::Result& result : batch.results()) {
    if (AsksStudent(result)) ids.insert(result.student());
  }
  auto places = RowsOf(kStudentPlaces, batch.district(), std::move(ids), rows);
  if (!places) return core::Refuse(places.error());
  for (v1::Result& result : *batch.mutable_results()) {
    auto date = core::ParseDate(result.date());
    // Where the student is now.
    if (result.day_of_arrival() && result.date().empty()) date = core::ParseDate("9999-12-31");
    if (!AsksStudent(result) || !date) continue;
    const auto place = places->find(result.student());
    if (place != places->end()) result.set_school(SchoolOn(place->second, *date));
  }
  return {};
}

Result<void> ResolveClasses(v1::IngestResultsRequest& batch, const runtime::Rows& rows) {
  std::set<std::string_view> ids;
  for (const v1::Result& result : batch.results()) {
    if (result.school().empty() && core::IsId(result.class_id())) ids.insert(result.class_id());
  }
  auto places = RowsOf(kClassPlaces, batch.district(), std::move(ids), rows);
  if (!places) return core::Refuse(places.error());
  for (v1::Result& result : *batch.mutable_results()) {
    if (!result.school().empty()) continue;
    const auto place = places->find(result.class_id());
    if (place != places->end()) result.set_school(place->second.school());
  }
  return {};
}

// Calls visit(key, row) for every row of the table that begins so.
template <class Row, class Visit>
Result<void> ForEach(Table<Row> table, std::string_view partition, const std::string& prefix,
                     const runtime::Rows& rows, Visit visit) {
  std::string after;
  while (true) {
    auto page = rows.Scan(table, partition, prefix, after, kPage);
    if (!page) return core::Refuse(page.error());
    for (const auto& [key, row] : *page) visit(key, row);
    if (page->size() < kPage) return {};
    after = page->back().first;
  }
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
    auto done = ForEach(kResults, partition, prefix + source_id, rows,
                        [&](const std::string& key, const v1::ResultRow& row) {
                          const std::string id = key.substr(prefix.size());
                          if (row.retracted() || !IsPartOf(id, source_id)) return;
                          places.insert({school, id, false});
                        });
    if (!done) return done;
  }
  if (!any_aside) return {};
  return ForEach(kQuarantine, partition, JoinKey(district, school, ""), rows,
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
  auto resolved = ResolveLineItems(batch, rows);
  if (resolved) resolved = ResolveClasses(batch, rows);
  if (resolved) resolved = ResolveStudents(batch, rows);
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
    auto counts = rows.ScanAll(kCounts, prefix, after, kPage);
    if (!counts) return core::Refuse(counts.error());
    for (const auto& [key, row] : *counts) {
      auto done = AddKnown(batch, key.substr(prefix.size()), row.quarantined() > 0, rows, found);
      if (!done) return core::Refuse(done.error());
    }
    if (counts->size() < kPage) break;
    after = counts->back().first;
  }
  return found;
}

}  // namespace throughline::evidence
