#include "evidence/elsewhere.h"

#include <set>
#include <utility>

#include "evidence/domain/concealment.h"
#include "evidence/domain/evaluation.h"
#include "evidence/domain/results.h"
#include "evidence/domain/tables.h"

namespace throughline::evidence {

using core::Result;

namespace {

std::string KeyOf(const v1::IngestResultsRequest& batch, std::string_view school,
                  std::string_view source_id) {
  return ResultKey(batch.district(), school, batch.source(), source_id);
}

// The part that a source takes back with the whole.
std::string_view WholeOf(std::string_view source_id) {
  return source_id.substr(0, source_id.rfind(kPartMark));
}

bool SaysOtherwise(const v1::Result& result, const v1::Result& aside) {
  return !result.retracted() && !result.source_version().empty() &&
         result.source_version() == aside.source_version() && Contradicts(aside, result);
}

Result<void> FindAside(const v1::IngestResultsRequest& batch, const runtime::Rows& rows,
                       WithoutSchool& without_school) {
  std::vector<std::string> entries, keys;
  for (const v1::Result& result : batch.results()) {
    entries.push_back(EntryOf(batch.source(), result.source_id()));
    keys.push_back(JoinKey(batch.district(), std::string_view(), entries.back()));
  }
  auto found = rows.GetMany(kQuarantine, batch.district(), keys);
  if (!found) return core::Refuse(found.error());
  for (int i = 0; i < batch.results_size(); ++i) {
    const auto& entry = (*found)[i];
    if (!entry) continue;
    without_school.aside.emplace(i, std::move(entries[i]));
    if (SaysOtherwise(batch.results(i), entry->result())) without_school.contradicting.insert(i);
  }
  return {};
}

bool IsThere(const std::optional<v1::ResultRow>& row) {
  return row && !row->recorded().retracted() && row->recorded().moved_to().empty();
}

// The indexes, by school, of those that `asks` a school for.
using Asked = std::map<std::string, std::vector<int>, std::less<>>;

// Those that are there; `visit` is called with each, and the school.
template <class Visit>
Result<void> ForEachThere(const v1::IngestResultsRequest& batch, const Asked& asked,
                          const runtime::Rows& rows, Visit visit) {
  for (const auto& [school, indexes] : asked) {
    std::vector<std::string> keys;
    for (int i : indexes) keys.push_back(KeyOf(batch, school, batch.results(i).source_id()));
    auto found = rows.GetMany(kResults, core::Key{batch.district(), school}.Text(), keys);
    if (!found) return core::Refuse(found.error());
    for (size_t i = 0; i < indexes.size(); ++i) {
      if (IsThere((*found)[i])) visit(school, indexes[i]);
    }
  }
  return {};
}

// The other schools of those students.
Result<Asked> OtherSchools(const v1::IngestResultsRequest& batch, const std::vector<int>& indexes,
                           const runtime::Rows& rows) {
  std::vector<std::string> keys;
  keys.reserve(indexes.size());
  for (int i : indexes) keys.push_back(JoinKey(batch.district(), batch.results(i).student()));
  auto places = rows.GetMany(kStudentPlaces, batch.district(), keys);
  if (!places) return core::Refuse(places.error());
  Asked others;
  for (size_t i = 0; i < indexes.size(); ++i) {
    if (!(*places)[i]) continue;
    std::set<std::string> schools;
    for (const auto& stay : (*places)[i]->stays()) schools.insert(stay.school());
    schools.erase(batch.results(indexes[i]).school());
    for (const std::string& school : schools) others[school].push_back(indexes[i]);
  }
  return others;
}

}  // namespace

Result<int64_t> RetractionsRemembered(const std::string& district, const runtime::Rows& rows) {
  auto counts = rows.Get(kCounts, district, JoinKey(district, std::string_view()));
  if (!counts) return core::Refuse(counts.error());
  return *counts ? (*counts)->taken_back_early() : 0;
}

Result<std::map<int, Remembered>> FindRemembered(const v1::IngestResultsRequest& batch,
                                                 const runtime::Rows& rows) {
  std::vector<std::string> keys;  // its own, and that of the whole
  for (const v1::Result& result : batch.results()) {
    keys.push_back(KeyOf(batch, "", result.source_id()));
    keys.push_back(KeyOf(batch, "", WholeOf(result.source_id())));
  }
  auto found = rows.GetMany(kResults, batch.district(), keys);
  if (!found) return core::Refuse(found.error());
  std::map<int, Remembered> remembered;
  for (int i = 0; i < batch.results_size(); ++i) {
    const v1::Result& result = batch.results(i);
    if (result.retracted()) continue;
    const auto look = [&](std::string_view source_id, std::optional<v1::ResultRow>& row) {
      if (!row || !row->recorded().retracted() || !IsTakenBack(result, *row)) return;
      remembered.emplace(i, Remembered{std::string(source_id), std::move(*row)});
    };
    const auto at = static_cast<size_t>(i) * 2;
    look(result.source_id(), (*found)[at]);
    look(WholeOf(result.source_id()), (*found)[at + 1]);
  }
  return remembered;
}

Result<WithoutSchool> FindWithoutSchool(const v1::IngestResultsRequest& batch,
                                        const runtime::Rows& rows) {
  WithoutSchool found;
  auto counts = rows.Get(kCounts, batch.district(), JoinKey(batch.district(), std::string_view()));
  if (!counts) return core::Refuse(counts.error());
  if (!*counts) return found;
  found.retractions_remembered = (*counts)->taken_back_early();
  if (found.retractions_remembered > 0) {
    auto too_late = FindRemembered(batch, rows);
    if (!too_late) return core::Refuse(too_late.error());
    found.too_late = std::move(*too_late);
  }
  if ((*counts)->quarantined() > 0) {
    auto done = FindAside(batch, rows, found);
    if (!done) return core::Refuse(done.error());
  }
  return found;
}

Result<void> FindWhereToTakeBack(v1::IngestResultsRequest& batch, const runtime::Rows& rows) {
  Asked named;
  for (int i = 0; i < batch.results_size(); ++i) {
    const v1::Result& result = batch.results(i);
    const bool says_where = !result.school().empty() && !result.student().empty();
    if (result.retracted() && says_where) named[result.school()].push_back(i);
  }
  if (named.empty()) return {};
  std::set<int> there;
  auto done = ForEachThere(batch, named, rows, [&](const auto&, int i) { there.insert(i); });
  if (!done) return done;
  std::vector<int> missing;
  for (const auto& [school, indexes] : named) {
    for (int i : indexes) {
      if (!there.contains(i)) missing.push_back(i);
    }
  }
  if (missing.empty()) return {};
  auto others = OtherSchools(batch, missing, rows);
  if (!others) return core::Refuse(others.error());
  std::map<int, std::string> found;
  done = ForEachThere(batch, *others, rows,
                      [&](const std::string& school, int i) { found.emplace(i, school); });
  for (const auto& [i, school] : found) batch.mutable_results(i)->set_school(school);
  return done;
}

Result<v1::ResultOutcome> OutcomeElsewhere(const std::string& district, const std::string& source,
                                           const v1::NewToSchool& result, v1::ResultOutcome outcome,
                                           const runtime::Rows& rows) {
  for (const std::string& school : result.other_schools()) {
    auto row = rows.Get(kResults, core::Key{district, school}.Text(),
                        ResultKey(district, school, source, result.source_id()));
    if (!row) return core::Refuse(row.error());
    if (!*row) continue;
    const int64_t ours = result.modified_at_ms(), theirs = (*row)->recorded().modified_at_ms();
    if (ours != 0 && ours < theirs) return v1::RESULT_OUTCOME_DUPLICATE;
    if (!(*row)->recorded().student().empty()) outcome = v1::RESULT_OUTCOME_CORRECTED;
  }
  return outcome;
}

}  // namespace throughline::evidence
