// Which cells of counts may be shown. A cell of fewer than `smallest` students is hidden, and with
// it as many others as it takes that it cannot be found by subtracting what is shown from the
// total.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace throughline::core {

// For disjoint cells that make up a total which is shown: true where a cell must be hidden. Hidden
// are every cell under `smallest`, and then the smallest others, until at least two are hidden and
// together they hold at least `smallest` students (complementary suppression). Everything is hidden
// when that cannot be had.
std::vector<bool> HiddenCells(std::span<const int64_t> cells, int64_t smallest);

// Whether a part and its total may both be shown: the part and the rest are each empty or large
// enough, and the total is large enough.
bool MayShowPart(int64_t part, int64_t total, int64_t smallest);

}  // namespace throughline::core
