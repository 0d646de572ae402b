#include "range_attacker.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "elimination.h"

namespace throughline::disclosure {

namespace {

constexpr int64_t kSmall = 10'000;  // whole factors that are told from fractions

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
