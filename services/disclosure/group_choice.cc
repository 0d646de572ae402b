#include "disclosure/group_choice.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

namespace throughline::disclosure {

namespace {

constexpr size_t kIndependentAtMost = 4;
constexpr size_t kKindsAtMost = 24;  // of students, for as many independent sums
constexpr double kZero = 1e-9;

using Row = std::vector<double>;

// Students who are in the same sums.
struct Kind {
  uint32_t sums;
  int64_t students;
};

std::vector<Kind> KindsOf(std::span<const uint32_t> students) {
  std::map<uint32_t, int64_t> counts;
  for (uint32_t sums : students) {
    if (sums != 0) ++counts[sums];
  }
  std::vector<Kind> kinds;
  for (const auto& [sums, count] : counts) kinds.push_back({sums, count});
  return kinds;
}

// Rows that are independent and span what all sums span, reduced.
std::vector<Row> BasisOf(const std::vector<Kind>& kinds) {
  std::vector<Row> basis;
  std::vector<size_t> pivots;
  for (uint32_t sum = 0; sum < 32; ++sum) {
    Row row(kinds.size());
    for (size_t i = 0; i < kinds.size(); ++i) row[i] = (kinds[i].sums >> sum) & 1;
    for (size_t b = 0; b < basis.size(); ++b) {
      const double factor = row[pivots[b]];
      for (size_t i = 0; i < row.size(); ++i) row[i] -= factor * basis[b][i];
    }
    const auto largest = std::max_element(
        row.begin(), row.end(), [](double a, double b) { return std::abs(a) < std::abs(b); });
    if (largest == row.end() || std::abs(*largest) < kZero) continue;
    const size_t pivot = static_cast<size_t>(largest - row.begin());
    const double by = *largest;
    for (double& value : row) value /= by;
    for (Row& other : basis) {
      const double factor = other[pivot];
      for (size_t i = 0; i < row.size(); ++i) other[i] -= factor * row[i];
    }
    basis.push_back(std::move(row));
    pivots.push_back(pivot);
  }
  return basis;
}

// A combination that rests on fewest students is, up to a factor, the only one that vanishes on
// some r-1 independent kinds, for r independent sums: so those are all that need to be looked at.
// Narrows the basis down kind by kind.
int64_t Fewest(const std::vector<Kind>& kinds, const std::vector<Row>& basis, size_t from) {
  if (basis.size() == 1) {
    int64_t students = 0;
    for (size_t i = 0; i < kinds.size(); ++i) {
      if (std::abs(basis[0][i]) > kZero) students += kinds[i].students;
    }
    return students;
  }
  int64_t fewest = -1;
  for (size_t kind = from; kind < kinds.size(); ++kind) {
    const auto pivot = std::max_element(
        basis.begin(), basis.end(),
        [&](const Row& a, const Row& b) { return std::abs(a[kind]) < std::abs(b[kind]); });
    if (std::abs((*pivot)[kind]) < kZero) continue;
    std::vector<Row> vanishing;
    for (auto row = basis.begin(); row != basis.end(); ++row) {
      if (row == pivot) continue;
      const double factor = (*row)[kind] / (*pivot)[kind];
      Row& rest = vanishing.emplace_back(*row);
      for (size_t i = 0; i < rest.size(); ++i) rest[i] -= factor * (*pivot)[i];
    }
    const int64_t found = Fewest(kinds, vanishing, kind + 1);
    if (found >= 0 && (fewest < 0 || found < fewest)) fewest = found;
  }
  return fewest;
}

}  // namespace

int64_t FewestStudents(std::span<const uint32_t> students) {
  const std::vector<Kind> kinds = KindsOf(students);
  if (kinds.empty()) return 0;
  const std::vector<Row> basis = BasisOf(kinds);
  if (basis.size() > 2 && (basis.size() > kIndependentAtMost || kinds.size() > kKindsAtMost)) {
    return -1;
  }
  return Fewest(kinds, basis, 0);
}

std::vector<std::string> GroupsToShow(std::span<const std::vector<std::string>> students,
                                      std::span<const std::string> groups, int64_t smallest) {
  std::vector<std::string> shown;
  if (static_cast<int64_t>(students.size()) < smallest) return shown;
  std::vector<uint32_t> sums(students.size(), 1);
  for (const std::string& group : groups) {
    if (shown.size() == 31) break;
    const uint32_t bit = 2U << shown.size();
    for (size_t i = 0; i < students.size(); ++i) {
      const auto& of = students[i];
      if (std::find(of.begin(), of.end(), group) != of.end()) sums[i] |= bit;
    }
    if (FewestStudents(sums) >= smallest) {
      shown.push_back(group);
      continue;
    }
    for (uint32_t& one : sums) one &= ~bit;
  }
  return shown;
}

}  // namespace throughline::disclosure
