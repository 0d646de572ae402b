#include "attacker.h"

#include <algorithm>
#include <numeric>

namespace throughline::disclosure {

namespace {

// Rational elimination, done modulo a prime: what vanishes there vanishes in fractions but with a
// probability of nothing.
constexpr int64_t kPrime = 2'147'483'647;

using Row = std::vector<int64_t>;

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

// Reduced row echelon form, with pivots in the order of `columns`.
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

}  // namespace

void Attacker::See(const std::set<std::string>& scores) {
  std::set<int> sum;
  for (const std::string& score : scores) {
    sum.insert(names_.emplace(score, static_cast<int>(names_.size())).first->second);
  }
  if (!sum.empty()) seen_.insert(std::move(sum));
}

std::set<std::string> Attacker::FewestStudents(std::mt19937& random, int orders) const {
  std::vector<std::string> students(names_.size());
  for (const auto& [name, index] : names_) {
    students[static_cast<size_t>(index)] = name.substr(0, name.find('/'));
  }
  std::vector<Row> rows;
  for (const std::set<int>& sum : seen_) {
    Row& row = rows.emplace_back(names_.size());
    for (int index : sum) row[static_cast<size_t>(index)] = 1;
  }
  std::vector<size_t> columns(names_.size());
  std::iota(columns.begin(), columns.end(), size_t{0});
  std::set<std::string> fewest;
  for (int order = 0; order < orders; ++order) {
    std::shuffle(columns.begin(), columns.end(), random);
    Reduce(rows, columns);
    for (const Row& row : rows) {
      std::set<std::string> in;
      for (size_t i = 0; i < row.size(); ++i) {
        if (row[i] != 0) in.insert(students[i]);
      }
      if (fewest.empty() || in.size() < fewest.size()) fewest = in;
    }
  }
  return fewest;
}

}  // namespace throughline::disclosure
