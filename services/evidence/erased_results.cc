#include "evidence/erased_results.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/ids.h"
#include "evidence/domain/concealment.h"
#include "evidence/domain/kept_scores.h"
#include "evidence/domain/tables.h"
#include "evidence/result_places.h"
#include "evidence/row_pages.h"

namespace throughline::evidence {

using core::Result;

namespace {

class Restoring {
 public:
  Restoring(const identities::Vault::District& students, const runtime::Rows& rows,
            v1::IngestResultsRequest& batch)
      : students_(students), rows_(rows), batch_(batch) {}

  Result<std::set<int>> Restore() {
    auto asked = BySchool();
    if (!asked) return core::Refuse(asked.error());
    for (const auto& [school, indexes] : *asked) {
      if (auto done = RestoreAt(school, indexes, true); !done) return core::Refuse(done.error());
    }
    if (auto done = RestoreAnywhere(*asked); !done) return core::Refuse(done.error());
    return std::move(restored_);
  }

 private:
  using Asked = std::map<std::string, std::vector<int>>;

  // Where they would go now; the empty school is none that is known.
  Result<Asked> BySchool() {
    v1::IngestResultsRequest placed = batch_;
    if (auto done = ResolvePlacement(placed, rows_); !done) return core::Refuse(done.error());
    Asked asked;
    for (int i = 0; i < placed.results_size(); ++i) {
      const v1::Result& result = placed.results(i);
      if (result.student().empty() || result.source_id().empty()) continue;
      asked[core::IsId(result.school()) ? result.school() : ""].push_back(i);
    }
    return asked;
  }

  // Of students whom nobody knows, and who were not found where their results would go now.
  Result<void> RestoreAnywhere(const Asked& asked) {
    std::vector<int> lost;
    for (const auto& [school, indexes] : asked) {
      for (int i : indexes) {
        const bool is_known = students_.IsOnRecord(batch_.results(i).student());
        if (!is_known && !restored_.contains(i)) lost.push_back(i);
      }
    }
    const std::string prefix = JoinKey(batch_.district(), "");
    std::string after;
    while (!lost.empty()) {
      auto schools = rows_.ScanAll(kCounts, prefix, after, kRowsPerPage);
      if (!schools) return core::Refuse(schools.error());
      for (const auto& [key, counts] : *schools) {
        after = key;
        auto done = RestoreAt(key.substr(prefix.size()), lost, counts.quarantined() > 0);
        if (!done) return done;
        std::erase_if(lost, [&](int i) { return restored_.contains(i); });
      }
      if (schools->size() < kRowsPerPage) break;
    }
    return {};
  }

  Result<void> RestoreAt(const std::string& school, const std::vector<int>& indexes,
                         bool any_aside) {
    const std::string partition = core::Key{batch_.district(), school}.Text();
    std::vector<std::string> results, entries;
    for (int i : indexes) {
      const std::string& id = batch_.results(i).source_id();
      results.push_back(ResultKey(batch_.district(), school, batch_.source(), id));
      if (!any_aside) continue;
      entries.push_back(JoinKey(batch_.district(), school, EntryOf(batch_.source(), id)));
    }
    auto recorded = rows_.GetMany(kResults, partition, results);
    if (!recorded) return core::Refuse(recorded.error());
    std::vector<std::optional<v1::QuarantinedResult>> aside(indexes.size());
    if (any_aside) {
      auto found = rows_.GetMany(kQuarantine, partition, entries);
      if (!found) return core::Refuse(found.error());
      aside = *std::move(found);
    }
    for (size_t at = 0; at < indexes.size(); ++at) {
      const auto& row = (*recorded)[at];
      const bool is_here = row && row->recorded().moved_to().empty();
      if (is_here) RestoreTo(row->recorded().student(), school, indexes[at]);
      if (aside[at]) RestoreTo(aside[at]->result().student(), school, indexes[at]);
    }
    return {};
  }

  void RestoreTo(const std::string& pseudonym, const std::string& school, int index) {
    v1::Result& result = *batch_.mutable_results(index);
    if (pseudonym.empty() || pseudonym == result.student()) return;
    if (students_.IsOnRecord(pseudonym)) return;  // its source says now that it is another's
    result.set_student(pseudonym);
    KeepMarks(result);
    const bool says_where = !result.school().empty() || !result.class_id().empty() ||
                            !result.line_item().empty() || school.empty();
    if (!says_where) result.set_school(school);
    restored_.insert(index);
  }

  const identities::Vault::District& students_;
  const runtime::Rows& rows_;
  v1::IngestResultsRequest& batch_;
  std::set<int> restored_;
};

}  // namespace

Result<std::set<int>> RestoreErased(const identities::Vault::District& students,
                                    const runtime::Rows& rows, v1::IngestResultsRequest& batch) {
  if (!students.had_another_key()) return std::set<int>();
  return Restoring(students, rows, batch).Restore();
}

}  // namespace throughline::evidence
