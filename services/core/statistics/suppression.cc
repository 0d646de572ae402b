#include "core/statistics/suppression.h"

#include <algorithm>
#include <numeric>

namespace throughline::core {

std::vector<bool> HiddenCells(std::span<const int64_t> cells, int64_t smallest) {
  std::vector<size_t> by_size(cells.size());
  std::iota(by_size.begin(), by_size.end(), size_t{0});
  std::stable_sort(by_size.begin(), by_size.end(),
                   [&](size_t a, size_t b) { return cells[a] < cells[b]; });
  std::vector<bool> hidden(cells.size(), false);
  int64_t students = 0;
  size_t count = 0;
  for (size_t i : by_size) {
    const bool safe = count == 0 || (count >= 2 && students >= smallest);
    if (cells[i] >= smallest && safe) break;
    hidden[i] = true;
    students += cells[i];
    ++count;
  }
  return hidden;
}

bool MayShowPart(int64_t part, int64_t total, int64_t smallest) {
  const auto fine = [&](int64_t cell) { return cell == 0 || cell >= smallest; };
  return total >= smallest && fine(part) && fine(total - part);
}

}  // namespace throughline::core
