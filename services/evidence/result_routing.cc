#include "evidence/result_routing.h"

#include <atomic>
#include <memory>
#include <mutex>
#include <set>

#include "core/ids.h"
#include "evidence/domain/errors.h"
#include "evidence/domain/results.h"
#include "evidence/domain/tables.h"

namespace throughline::evidence {

using core::Result;

namespace {

// The district's rows of these ids, each read once however often it is asked for.
template <class Row>
Result<std::map<std::string_view, Row>> RowsOf(Table<Row> table, const std::string& district,
                                               std::set<std::string_view> ids,
                                               const runtime::Rows& rows) {
  std::map<std::string_view, Row> found;
  if (ids.empty()) return found;
  std::vector<std::string> keys;
  keys.reserve(ids.size());
  for (std::string_view id : ids) keys.push_back(Key(district, id));
  auto read = rows.GetMany(table, district, keys);
  if (!read) return tl::make_unexpected(read.error());
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
Result<bool> ResolveLineItems(v1::IngestResultsRequest& batch, const runtime::Rows& rows) {
  std::set<std::string_view> ids;
  for (const v1::Result& result : batch.results()) {
    if (AsksLineItem(result)) ids.insert(result.line_item());
  }
  auto items = RowsOf(kLineItems, batch.district(), std::move(ids), rows);
  if (!items) return tl::make_unexpected(items.error());
  for (v1::Result& result : *batch.mutable_results()) {
    if (!AsksLineItem(result)) continue;
    const auto item = items->find(result.line_item());
    if (item == items->end()) continue;
    if (result.assessment().empty()) result.set_assessment(item->second.assessment());
    if (result.class_id().empty()) result.set_class_id(item->second.class_id());
    if (result.class_id() == item->second.class_id()) result.set_school(item->second.school());
  }
  return true;
}

Result<bool> ResolveClasses(v1::IngestResultsRequest& batch, const runtime::Rows& rows) {
  std::set<std::string_view> ids;
  for (const v1::Result& result : batch.results()) {
    if (result.school().empty() && core::IsId(result.class_id())) ids.insert(result.class_id());
  }
  auto places = RowsOf(kClassPlaces, batch.district(), std::move(ids), rows);
  if (!places) return tl::make_unexpected(places.error());
  for (v1::Result& result : *batch.mutable_results()) {
    if (!result.school().empty()) continue;
    const auto place = places->find(result.class_id());
    if (place != places->end()) result.set_school(place->second.school());
  }
  return true;
}

// The schools of the district in which results are recorded.
Result<std::vector<std::string>> SchoolsOf(const std::string& district, const runtime::Rows& rows) {
  constexpr size_t kPage = 1000;
  std::vector<std::string> schools;
  const std::string prefix = Key(district, "");
  std::string after;
  while (true) {
    auto page = rows.ScanAll(kCounts, prefix, after, kPage);
    if (!page) return tl::make_unexpected(page.error());
    for (const auto& [key, counts] : *page) {
      // The district's own counts have no school.
      if (key.size() > prefix.size()) schools.push_back(key.substr(prefix.size()));
    }
    if (page->size() < kPage) return schools;
    after = page->back().first;
  }
}

// A source system that takes a result back need not say whose it was: the school is where the
// result is recorded.
Result<bool> ResolveRetractions(v1::IngestResultsRequest& batch, const runtime::Rows& rows) {
  std::vector<v1::Result*> lost;
  for (v1::Result& result : *batch.mutable_results()) {
    if (result.retracted() && result.school().empty()) lost.push_back(&result);
  }
  if (lost.empty()) return true;
  const auto schools = SchoolsOf(batch.district(), rows);
  if (!schools) return tl::make_unexpected(schools.error());
  for (const std::string& school : *schools) {
    std::vector<std::string> keys;
    for (const v1::Result* result : lost) {
      keys.push_back(ResultKey(batch.district(), school, batch.source(), result->source_id()));
    }
    auto found = rows.GetMany(kResults, core::SchoolKey(batch.district(), school), keys);
    if (!found) return tl::make_unexpected(found.error());
    for (size_t i = 0; i < lost.size(); ++i) {
      // Where a student has left a school, what is not taken back yet is meant.
      const auto& row = (*found)[i];
      if (row && (lost[i]->school().empty() || !row->retracted())) lost[i]->set_school(school);
    }
  }
  return true;
}

// Gathers the answers of the schools into the answer to the batch.
class Gathering {
 public:
  Gathering(int results, size_t parts, IngestCallback done)
      : waiting_(parts), done_(std::move(done)) {
    response_.mutable_outcomes()->Resize(results, v1::RESULT_OUTCOME_UNSPECIFIED);
  }

  void Take(const std::vector<int>& indexes, const Result<std::string>& answer) {
    std::lock_guard lock(mutex_);
    if (!answer) {
      if (!error_) error_ = answer.error();
    } else {
      v1::IngestResultsResponse part;
      part.ParseFromString(*answer);
      for (int i = 0; i < part.outcomes_size(); ++i) {
        response_.set_outcomes(indexes[i], part.outcomes(i));
      }
      for (v1::ResultProblem& problem : *part.mutable_problems()) {
        problem.set_index(indexes[problem.index()]);
        problems_[problem.index()] = std::move(problem);
      }
    }
    if (--waiting_ > 0) return;
    if (error_) return done_(core::Refuse(*error_));
    for (auto& [index, problem] : problems_) *response_.add_problems() = std::move(problem);
    done_(std::move(response_));
  }

 private:
  std::mutex mutex_;
  size_t waiting_;
  IngestCallback done_;
  v1::IngestResultsResponse response_;
  std::map<int, v1::ResultProblem> problems_;
  std::optional<core::Error> error_;
};

}  // namespace

Result<std::map<std::string, Part>> Route(v1::IngestResultsRequest batch,
                                          const runtime::Rows& rows) {
  if (!core::IsId(batch.district())) return core::Refuse(IdInvalid("district"));
  if (!core::IsId(batch.source())) return core::Refuse(IdInvalid("source"));
  if (batch.results().empty()) return core::Refuse(BatchEmpty("results"));
  if (batch.results_size() > kResultsAtMost) {
    return core::Refuse(BatchTooLarge("results", kResultsAtMost));
  }
  if (auto done = ResolveLineItems(batch, rows); !done) return tl::make_unexpected(done.error());
  if (auto done = ResolveClasses(batch, rows); !done) return tl::make_unexpected(done.error());
  if (auto done = ResolveRetractions(batch, rows); !done) return tl::make_unexpected(done.error());
  std::map<std::string, Part> parts;
  for (int i = 0; i < batch.results_size(); ++i) {
    v1::Result& result = *batch.mutable_results(i);
    if (!core::IsId(result.school())) result.clear_school();
    Part& part = parts[result.school()];
    if (part.indexes.empty()) {
      part.request.set_district(batch.district());
      part.request.set_source(batch.source());
      if (!batch.request_id().empty()) {
        part.request.set_request_id(batch.request_id() + "/" + result.school());
      }
    }
    part.indexes.push_back(i);
    *part.request.add_results() = std::move(result);
  }
  return parts;
}

void IngestRouted(v1::IngestResultsRequest batch, const runtime::Rows& rows,
                  runtime::Commands& commands, IngestCallback done) {
  const int results = batch.results_size();
  auto parts = Route(std::move(batch), rows);
  if (!parts) return done(core::Refuse(parts.error()));
  auto gathering = std::make_shared<Gathering>(results, parts->size(), std::move(done));
  for (auto& [school, part] : *parts) {
    commands.Submit(part.request, part.request.request_id(),
                    [gathering, indexes = part.indexes](Result<std::string> answer) {
                      gathering->Take(indexes, answer);
                    });
  }
}

void Ingest(const v1::IngestResultsRequest& batch, const Pseudonyms& pseudonyms,
            const runtime::Rows& rows, runtime::Commands& commands, IngestCallback done) {
  v1::IngestResultsRequest hidden = batch;
  const Pseudonyms::District district = pseudonyms.In(batch.district());
  for (v1::Result& result : *hidden.mutable_results()) {
    result.set_student(district.Of(result.student()));
    if (result.hide_source_id() && !result.source_id().empty()) {
      result.set_source_id(district.Of("source id: " + result.source_id()));
    }
    result.clear_hide_source_id();
  }
  IngestRouted(std::move(hidden), rows, commands, std::move(done));
}

}  // namespace throughline::evidence
