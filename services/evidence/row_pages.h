// Reading tables that have more rows than are read at once.
#pragma once

#include <string>
#include <string_view>

#include "core/result.h"
#include "runtime/rows.h"

namespace throughline::evidence {

inline constexpr size_t kRowsPerPage = 1000;
// More than a table that is read at once ever has.
inline constexpr size_t kAllRows = 1'000'000;

// Calls visit(key, row) for every row of the table, in the partition, whose key begins with
// `prefix`.
template <class Row, class Visit>
core::Result<void> ForEachRow(decider::Table<Row> table, std::string_view partition,
                              const std::string& prefix, const runtime::Rows& rows, Visit visit) {
  std::string after;
  while (true) {
    auto page = rows.Scan(table, partition, prefix, after, kRowsPerPage);
    if (!page) return core::Refuse(page.error());
    for (const auto& [key, row] : *page) visit(key, row);
    if (page->size() < kRowsPerPage) return {};
    after = page->back().first;
  }
}

}  // namespace throughline::evidence
