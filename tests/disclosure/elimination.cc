#include "elimination.h"

#include <algorithm>

namespace throughline::disclosure {

namespace {

int64_t Inverse(int64_t value) {
  int64_t result = 1;
  for (int64_t power = kPrime - 2; power > 0; power >>= 1) {
    if (power & 1) result = result * value % kPrime;
    value = value * value % kPrime;
  }
  return result;
}

void Subtract(Row& from, const Row& row, int64_t factor) {
  if (factor == 0) return;
  for (size_t i = 0; i < from.size(); ++i) {
    from[i] = (from[i] + (kPrime - factor) * row[i]) % kPrime;
  }
}

}  // namespace

void Reduce(std::vector<Row>& rows, const std::vector<size_t>& columns) {
  size_t done = 0;
  for (size_t column : columns) {
    const auto pivot = std::find_if(rows.begin() + static_cast<std::ptrdiff_t>(done), rows.end(),
                                    [&](const Row& row) { return row[column] != 0; });
    if (pivot == rows.end()) continue;
    std::swap(*pivot, rows[done]);
    const int64_t by = Inverse(rows[done][column]);
    for (int64_t& value : rows[done]) value = value * by % kPrime;
    for (size_t i = 0; i < rows.size(); ++i) {
      if (i != done) Subtract(rows[i], rows[done], rows[i][column]);
    }
    if (++done == rows.size()) break;
  }
  rows.resize(done);
}

}  // namespace throughline::disclosure
