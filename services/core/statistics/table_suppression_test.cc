#include "core/statistics/table_suppression.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace throughline::core {
namespace {

constexpr int64_t kSmallest = 10;

// Somebody who sees all that is shown and knows that parts add up to totals. Linear algebra over a
// prime field: exact, and as good as fractions for the equations of a table, whose minors are all
// 0, 1 or -1.
class Attacker {
 public:
  explicit Attacker(size_t unknowns) : pivots_(unknowns) {}

  void Learn(std::vector<int64_t> equation) {
    Reduce(equation);
    const auto first =
        std::find_if(equation.begin(), equation.end(), [](int64_t x) { return x != 0; });
    if (first == equation.end()) return;
    const int64_t inverse = Power(*first, kPrime - 2);
    for (int64_t& x : equation) x = x * inverse % kPrime;
    pivots_[first - equation.begin()] = equation;
  }

  // Whether the value of this combination follows from what was learnt.
  bool Knows(std::vector<int64_t> combination) const {
    Reduce(combination);
    return std::all_of(combination.begin(), combination.end(), [](int64_t x) { return x == 0; });
  }

 private:
  static constexpr int64_t kPrime = 2147483647;

  static int64_t Power(int64_t base, int64_t exponent) {
    int64_t result = 1;
    for (; exponent > 0; exponent /= 2, base = base * base % kPrime) {
      if (exponent % 2 == 1) result = result * base % kPrime;
    }
    return result;
  }

  void Reduce(std::vector<int64_t>& row) const {
    for (int64_t& x : row) x = (x % kPrime + kPrime) % kPrime;
    for (size_t i = 0; i < row.size(); ++i) {
      if (row[i] == 0 || pivots_[i].empty()) continue;
      const int64_t factor = kPrime - row[i];
      for (size_t j = i; j < row.size(); ++j) row[j] = (row[j] + factor * pivots_[i][j]) % kPrime;
    }
  }

  std::vector<std::vector<int64_t>> pivots_;
};

// A table with its margins as last row and column, and what HiddenCellsOfTable hides of it.
struct Published {
  Published(size_t rows, size_t columns, const std::vector<int64_t>& cells)
      : rows(rows), columns(columns), values((rows + 1) * (columns + 1), 0) {
    const HiddenTable table = HiddenCellsOfTable(cells, columns, kSmallest);
    hidden.assign(values.size(), false);
    for (size_t r = 0; r < rows; ++r) {
      for (size_t c = 0; c < columns; ++c) {
        const int64_t cell = cells[r * columns + c];
        for (size_t at : {At(r, c), At(r, columns), At(rows, c), At(rows, columns)}) {
          values[at] += cell;
        }
        hidden[At(r, c)] = table.cells[r * columns + c];
      }
      hidden[At(r, columns)] = table.rows[r];
    }
    for (size_t c = 0; c < columns; ++c) hidden[At(rows, c)] = table.columns[c];
    hidden[At(rows, columns)] = table.total;
  }

  size_t At(size_t row, size_t column) const { return row * (columns + 1) + column; }
  std::vector<int64_t> None() const { return std::vector<int64_t>(values.size(), 0); }

  // The values of each line, its total last.
  std::vector<std::vector<size_t>> Lines() const {
    std::vector<std::vector<size_t>> lines(rows + columns + 2);
    for (size_t r = 0; r <= rows; ++r) {
      for (size_t c = 0; c <= columns; ++c) {
        lines[r].push_back(At(r, c));
        lines[rows + 1 + c].push_back(At(r, c));
      }
    }
    return lines;
  }

  Attacker Reader() const {
    Attacker reader(values.size());
    for (const auto& line : Lines()) {
      std::vector<int64_t> sum = None();
      for (size_t at : line) sum[at] = at == line.back() ? -1 : 1;
      reader.Learn(sum);
    }
    for (size_t at = 0; at < values.size(); ++at) {
      if (hidden[at]) continue;
      std::vector<int64_t> shown = None();
      shown[at] = 1;
      reader.Learn(shown);
    }
    return reader;
  }

  int64_t Hidden() const { return std::count(hidden.begin(), hidden.end(), true); }

  size_t rows, columns;
  std::vector<int64_t> values;
  std::vector<bool> hidden;
};

Published AnyTable() {
  const size_t rows = *rc::gen::inRange<size_t>(1, 6);
  const size_t columns = *rc::gen::inRange<size_t>(1, 6);
  const auto cell = rc::gen::weightedOneOf<int64_t>(
      {{2, rc::gen::inRange<int64_t>(0, 13)}, {5, rc::gen::inRange<int64_t>(10, 80)}});
  return Published(
      rows, columns,
      *rc::gen::container<std::vector<int64_t>>(static_cast<std::size_t>(rows * columns), cell));
}

RC_GTEST_PROP(HiddenCellsOfTable, AreFoundByNoSubtraction, ()) {
  const Published table = AnyTable();
  const Attacker reader = table.Reader();
  for (size_t at = 0; at < table.values.size(); ++at) {
    RC_ASSERT(table.hidden[at] || table.values[at] >= kSmallest);
    std::vector<int64_t> one = table.None();
    one[at] = 1;
    RC_ASSERT(reader.Knows(one) == !table.hidden[at]);
  }
}

RC_GTEST_PROP(HiddenCellsOfTable, GiveAwayNoSumThatIsTooSmall, ()) {
  const Published table = AnyTable();
  const Attacker reader = table.Reader();
  for (auto line : table.Lines()) {
    line.pop_back();
    std::erase_if(line, [&](size_t at) { return !table.hidden[at]; });
    for (unsigned some = 1; some < 1U << line.size(); ++some) {
      std::vector<int64_t> sum = table.None();
      int64_t students = 0;
      for (size_t i = 0; i < line.size(); ++i) {
        if ((some >> i & 1U) == 0) continue;
        sum[line[i]] = 1;
        students += table.values[line[i]];
      }
      RC_ASSERT(students >= kSmallest || !reader.Knows(sum));
    }
  }
}

TEST(HiddenCellsOfTable, HideNothingWithoutNeed) {
  EXPECT_EQ(Published(2, 3, {10, 20, 30, 15, 25, 35}).Hidden(), 0);
}

TEST(HiddenCellsOfTable, HideFourForASmallOneAndKeepTheMargins) {
  const Published table(3, 3,
                        {
                            20,
                            30,
                            40,  //
                            25,
                            4,
                            33,  //
                            50,
                            22,
                            18,
                        });
  EXPECT_EQ(table.Hidden(), 4);
  EXPECT_TRUE(table.hidden[table.At(1, 1)]);
  for (size_t i = 0; i <= 3; ++i) {
    EXPECT_FALSE(table.hidden[table.At(i, 3)]);
    EXPECT_FALSE(table.hidden[table.At(3, i)]);
  }
}

TEST(HiddenCellsOfTable, HideASmallRowTogetherWithItsTotal) {
  const Published table(3, 2, {20, 30, 2, 3, 40, 50});
  EXPECT_TRUE(table.hidden[table.At(1, 2)]);
  EXPECT_FALSE(table.hidden[table.At(3, 2)]);
}

TEST(HiddenCellsOfTable, HideEverythingOfTooFew) {
  EXPECT_EQ(Published(2, 2, {1, 2, 3, 3}).Hidden(), 9);
}

}  // namespace
}  // namespace throughline::core
