// Rows of one school, as they are committed.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/key.h"
#include "core/result.h"
#include "evidence/row_pages.h"
#include "runtime/rows.h"

namespace throughline::evidence {

// The school of a question, and when it is asked: `today` is a day of the district, days since
// 1970-01-01.
struct AskedSchool {
  std::string district, school;
  int32_t today = 0;

  std::string Partition() const { return core::Key{district, school}.Text(); }
};

// All of a table whose keys begin with `prefix`, which is taken off them.
template <class Row>
core::Result<std::vector<std::pair<std::string, Row>>> RowsBelow(const runtime::Rows& rows,
                                                                 const AskedSchool& school,
                                                                 decider::Table<Row> table,
                                                                 const std::string& prefix) {
  auto found = rows.Scan(table, school.Partition(), prefix, "", kAllRows);
  if (!found) return core::Refuse(found.error());
  for (auto& [key, row] : *found) key.erase(0, prefix.size());
  return found;
}

}  // namespace throughline::evidence
