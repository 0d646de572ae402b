// Which values of a table of counts may be shown together with its margins.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace throughline::core {

struct HiddenTable {
  std::vector<bool> cells;  // row after row, as they were given
  std::vector<bool> rows;   // the totals of the rows
  std::vector<bool> columns;
  bool total = false;
};

// For a table of disjoint cells, row after row, of which the totals of rows and columns and the
// total of all would be shown: true where a value must be hidden. Hidden is every value under
// `smallest`, zeros too, and as many others as it takes that from all that is shown, margins
// included,
//   - no hidden value can be worked out, and
//   - no sum of hidden cells of one row or column (or of hidden totals) that can be worked out is
//     under `smallest`.
// What is guarded is exact knowledge: a range in which a hidden value must lie can still follow.
// More may be hidden than the least that would do. Time grows with the
// square of the cells at worst.
// `columns` divides the number of cells; both are at least one.
HiddenTable HiddenCellsOfTable(std::span<const int64_t> cells, size_t columns, int64_t smallest);

}  // namespace throughline::core
