#include "range_attacker.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace throughline::disclosure {

namespace {

// Fractions modulo a prime, see attacker.cc.
constexpr int64_t kPrime = 2'147'483'647;
constexpr int64_t kSmall = 10'000;  // whole factors that are told from fractions

using Row = std::vector<int64_t>;

int64_t Inverse(int64_t value) {
  int64_t result = 1;
  for (int64_t power = kPrime - 2; power > 0; power >>= 1) {
    if (power & 1) result = result * value % kPrime;
    value = value * value % kPrime;
  }
  return result;
}

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
      const int64_t factor = rows[i][column];
      if (i == done || factor == 0) continue;
      for (size_t k = 0; k < rows[i].size(); ++k) {
        rows[i][k] = (rows[i][k] + (kPrime - factor) * rows[done][k]) % kPrime;
      }
    }
    if (++done == rows.size()) break;
  }
  rows.resize(done);
}

// The size of a factor: of a fraction the largest there is, so that it makes a combination
// worthless.
double SizeOf(int64_t factor) {
  const int64_t size = std::min(factor, kPrime - factor);
  return size > kSmall ? static_cast<double>(kPrime) : static_cast<double>(size);
}

}  // namespace

void RangeAttacker::See(const Terms& terms, double uncertainty) {
  std::map<size_t, int64_t> sum;
  for (const auto& [score, factor] : terms) {
    if (factor == 0) continue;
    sum[names_.emplace(score, names_.size()).first->second] = factor;
  }
  if (sum.empty()) return;
  const auto [at, fresh] = seen_.emplace(std::move(sum), uncertainty);
  if (!fresh) at->second = std::min(at->second, uncertainty);
}

RangeAttacker::Finding RangeAttacker::Best(size_t smallest, std::mt19937& random,
                                           int orders) const {
  const size_t scores = names_.size();
  std::vector<std::string> students(scores);
  for (const auto& [name, index] : names_) students[index] = name.substr(0, name.find('/'));
  std::vector<Row> rows;
  std::vector<double> uncertainties;
  for (const auto& [sum, uncertainty] : seen_) {
    // What it is made of stands behind the scores.
    Row& row = rows.emplace_back(scores + seen_.size());
    for (const auto& [index, factor] : sum) row[index] = (factor + kPrime) % kPrime;
    row[scores + uncertainties.size()] = 1;
    uncertainties.push_back(uncertainty);
  }
  std::vector<size_t> columns(scores);
  std::iota(columns.begin(), columns.end(), size_t{0});
  Finding best{{}, std::numeric_limits<double>::infinity()};
  for (int order = 0; order < orders; ++order) {
    std::shuffle(columns.begin(), columns.end(), random);
    Reduce(rows, columns);
    for (const Row& row : rows) {
      std::set<std::string> in;
      for (size_t i = 0; i < scores && in.size() < smallest; ++i) {
        if (row[i] != 0) in.insert(students[i]);
      }
      if (in.size() >= smallest) continue;
      double uncertainty = 0;
      for (size_t i = 0; i < uncertainties.size(); ++i) {
        if (uncertainties[i] > 0) uncertainty += SizeOf(row[scores + i]) * uncertainties[i];
      }
      if (uncertainty < best.uncertainty) best = {std::move(in), uncertainty};
    }
  }
  return best;
}

}  // namespace throughline::disclosure
