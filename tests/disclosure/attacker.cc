#include "attacker.h"

#include <algorithm>
#include <numeric>

#include "elimination.h"

namespace throughline::disclosure {

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
