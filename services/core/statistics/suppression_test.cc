#include "core/statistics/suppression.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <numeric>

namespace throughline::core {
namespace {

// What somebody can work out who sees several dimensions of the same students: in each, the cells
// that are shown, and that all of them add up to the total. Solves the equations and says which
// unknowns have one solution.
class Attacker {
 public:
  explicit Attacker(size_t unknowns) : unknowns_(unknowns) {}

  void Learn(std::vector<double> equation) { rows_.push_back(std::move(equation)); }

  std::vector<bool> Solved() {
    size_t rank = 0;
    for (size_t column = 0; column < unknowns_ && rank < rows_.size(); ++column) {
      size_t pivot = rank;
      while (pivot < rows_.size() && std::abs(rows_[pivot][column]) < 1e-9) ++pivot;
      if (pivot == rows_.size()) continue;
      std::swap(rows_[rank], rows_[pivot]);
      for (size_t i = 0; i < rows_.size(); ++i) {
        if (i == rank) continue;
        const double factor = rows_[i][column] / rows_[rank][column];
        for (size_t j = 0; j < unknowns_; ++j) rows_[i][j] -= factor * rows_[rank][j];
      }
      ++rank;
    }
    std::vector<bool> solved(unknowns_, false);
    for (const auto& row : rows_) {
      int involved = 0;
      size_t which = 0;
      for (size_t j = 0; j < unknowns_; ++j) {
        if (std::abs(row[j]) < 1e-9) continue;
        ++involved;
        which = j;
      }
      if (involved == 1) solved[which] = true;
    }
    return solved;
  }

 private:
  size_t unknowns_;
  std::vector<std::vector<double>> rows_;
};

RC_GTEST_PROP(HiddenCells, CannotBeFoundBySubtracting, ()) {
  constexpr int64_t kSmallest = 10;
  const int dimensions = *rc::gen::inRange(1, 5);
  std::vector<std::vector<int64_t>> cells(dimensions);
  const int64_t total = *rc::gen::inRange(10, 200);
  for (auto& dimension : cells) {
    int64_t left = total;
    const int parts = *rc::gen::inRange(2, 8);
    for (int i = 0; i + 1 < parts; ++i) {
      dimension.push_back(*rc::gen::inRange<int64_t>(0, left + 1));
      left -= dimension.back();
    }
    dimension.push_back(left);
  }
  size_t unknowns = 0;
  for (const auto& dimension : cells) unknowns += dimension.size();
  Attacker attacker(unknowns);
  std::vector<bool> all_hidden;
  size_t at = 0;
  for (const auto& dimension : cells) {
    const std::vector<bool> hidden = HiddenCells(dimension, kSmallest);
    std::vector<double> sum(unknowns, 0);
    int64_t hidden_students = 0;
    for (size_t i = 0; i < dimension.size(); ++i, ++at) {
      sum[at] = 1;
      RC_ASSERT(hidden[i] || dimension[i] >= kSmallest);
      if (hidden[i]) hidden_students += dimension[i];
      std::vector<double> shown(unknowns, 0);
      shown[at] = 1;
      if (!hidden[i]) attacker.Learn(shown);
      all_hidden.push_back(hidden[i]);
    }
    attacker.Learn(sum);
    // Nor is what is hidden together a cell too small to show.
    const bool some = std::find(hidden.begin(), hidden.end(), true) != hidden.end();
    RC_ASSERT(!some || hidden_students >= kSmallest);
  }
  const std::vector<bool> solved = attacker.Solved();
  for (size_t i = 0; i < unknowns; ++i) RC_ASSERT(!(all_hidden[i] && solved[i]));
}

TEST(HiddenCells, HidesNothingWithoutNeed) {
  const int64_t cells[] = {10, 50, 12};
  EXPECT_EQ(HiddenCells(cells, 10), (std::vector<bool>{false, false, false}));
}

TEST(HiddenCells, HidesASecondOneWithTheFirst) {
  const int64_t cells[] = {3, 50, 12};
  EXPECT_EQ(HiddenCells(cells, 10), (std::vector<bool>{true, false, true}));
}

TEST(MayShowPart, GuardsTheRestToo) {
  EXPECT_TRUE(MayShowPart(20, 40, 10));
  EXPECT_TRUE(MayShowPart(40, 40, 10));
  EXPECT_TRUE(MayShowPart(0, 40, 10));
  EXPECT_FALSE(MayShowPart(35, 40, 10));
  EXPECT_FALSE(MayShowPart(5, 40, 10));
  EXPECT_FALSE(MayShowPart(9, 9, 10));
}

}  // namespace
}  // namespace throughline::core
