#include "core/statistics/table_suppression.h"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

namespace throughline::core {

namespace {

// A value of the table widened by its totals: the last row and the last column hold them.
struct Value {
  size_t row, column;
};

// The hidden values as edges of a bipartite graph of lines (rows, then columns). What is shown
// gives the sum of the hidden values of each line and nothing else, so that a hidden value can be
// worked out just when it is a bridge, and a sum of some of a line just when these are all that the
// line has in some blocks (biconnected components) of the graph.
class HiddenGraph {
 public:
  struct Edge {
    size_t line, other;
  };

  explicit HiddenGraph(size_t lines) : edges_of_(lines), order_(lines, 0), lowest_(lines, 0) {}

  void Add(size_t row_line, size_t column_line) {
    edges_of_[row_line].push_back(column_line);
    edges_of_[column_line].push_back(row_line);
  }

  // The edges, block by block (Hopcroft and Tarjan 1973).
  std::vector<std::vector<Edge>> Blocks() {
    for (size_t line = 0; line < edges_of_.size(); ++line) {
      if (order_[line] == 0) Visit(line, line);
    }
    return std::move(blocks_);
  }

 private:
  void Visit(size_t line, size_t from) {
    order_[line] = lowest_[line] = ++visited_;
    for (size_t other : edges_of_[line]) {
      if (other == from) continue;
      if (order_[other] == 0) {
        open_.push_back({line, other});
        Visit(other, line);
        lowest_[line] = std::min(lowest_[line], lowest_[other]);
        if (lowest_[other] >= order_[line]) CloseBlock({line, other});
      } else if (order_[other] < order_[line]) {
        open_.push_back({line, other});
        lowest_[line] = std::min(lowest_[line], order_[other]);
      }
    }
  }

  void CloseBlock(Edge first) {
    const auto begin = std::find_if(open_.rbegin(), open_.rend(), [&](Edge edge) {
                         return edge.line == first.line && edge.other == first.other;
                       }).base();
    blocks_.emplace_back(begin - 1, open_.end());
    open_.erase(begin - 1, open_.end());
  }

  std::vector<std::vector<size_t>> edges_of_;
  std::vector<size_t> order_, lowest_;
  size_t visited_ = 0;
  std::vector<Edge> open_;
  std::vector<std::vector<Edge>> blocks_;
};

class Table {
 public:
  Table(std::span<const int64_t> cells, size_t columns, int64_t smallest)
      : rows_(cells.size() / columns),
        columns_(columns),
        smallest_(smallest),
        values_((rows_ + 1) * (columns_ + 1), 0),
        hidden_(values_.size(), false) {
    for (size_t i = 0; i < cells.size(); ++i) {
      const size_t row = i / columns, column = i % columns;
      values_[At({row, column})] = cells[i];
      values_[At({row, columns_})] += cells[i];
      values_[At({rows_, column})] += cells[i];
      values_[At({rows_, columns_})] += cells[i];
    }
  }

  HiddenTable Hide() {
    for (size_t i = 0; i < values_.size(); ++i) hidden_[i] = values_[i] < smallest_;
    if (hidden_.back()) std::fill(hidden_.begin(), hidden_.end(), true);
    while (auto line = LineThatTells()) HideMore(*line);
    HiddenTable table;
    for (size_t row = 0; row < rows_; ++row) {
      for (size_t column = 0; column < columns_; ++column) {
        table.cells.push_back(hidden_[At({row, column})]);
      }
      table.rows.push_back(hidden_[At({row, columns_})]);
    }
    for (size_t column = 0; column < columns_; ++column) {
      table.columns.push_back(hidden_[At({rows_, column})]);
    }
    table.total = hidden_.back();
    return table;
  }

 private:
  size_t At(Value value) const { return value.row * (columns_ + 1) + value.column; }
  size_t RowLine(size_t row) const { return row; }
  size_t ColumnLine(size_t column) const { return rows_ + 1 + column; }
  size_t Lines() const { return rows_ + columns_ + 2; }

  // Where two lines cross, one of them a row and the other a column.
  Value Crossing(size_t line, size_t other) const {
    return line <= rows_ ? Value{line, other - rows_ - 1} : Value{other, line - rows_ - 1};
  }

  // Whether the value is the total of this line, and not a part of it.
  bool IsTotalOf(size_t line, Value value) const {
    return line <= rows_ ? value.column == columns_ : value.row == rows_;
  }

  // A line from which a hidden value, or a sum that is too small, can be worked out.
  std::optional<size_t> LineThatTells() const {
    HiddenGraph graph(Lines());
    std::vector<size_t> hidden_in(Lines(), 0);
    for (size_t row = 0; row <= rows_; ++row) {
      for (size_t column = 0; column <= columns_; ++column) {
        if (!hidden_[At({row, column})]) continue;
        graph.Add(RowLine(row), ColumnLine(column));
        ++hidden_in[RowLine(row)];
        ++hidden_in[ColumnLine(column)];
      }
    }
    for (const auto& block : graph.Blocks()) {
      if (block.size() == 1) {
        // The end at which it stands alone: there another one is sure to be needed.
        const auto [line, other] = block.front();
        return hidden_in[line] == 1 ? line : other;
      }
      if (auto line = LineWithSmallSum(block)) return line;
    }
    return std::nullopt;
  }

  std::optional<size_t> LineWithSmallSum(const std::vector<HiddenGraph::Edge>& block) const {
    struct Sum {
      int64_t students = 0;
      bool with_total = false;  // parts less the total: a difference, and no number of students
    };
    std::map<size_t, Sum> sums;
    for (const auto& [line, other] : block) {
      const Value value = Crossing(line, other);
      for (size_t end : {line, other}) {
        Sum& sum = sums[end];
        sum.students += values_[At(value)];
        sum.with_total = sum.with_total || IsTotalOf(end, value);
      }
    }
    for (const auto& [line, sum] : sums) {
      if (!sum.with_total && sum.students < smallest_) return line;
    }
    return std::nullopt;
  }

  // Hides one value more, of this line if it still shows any: parts before totals, those before
  // others that cross a line which hides something already, and the smallest of them. The total of
  // all comes last: with it everything is hidden.
  void HideMore(size_t line) {
    std::vector<bool> hides(Lines(), false);
    for (size_t i = 0; i < hidden_.size(); ++i) {
      if (hidden_[i]) hides[i / (columns_ + 1)] = hides[ColumnLine(i % (columns_ + 1))] = true;
    }
    using Rank = std::tuple<bool, bool, int, bool, int64_t, size_t>;
    std::optional<Rank> best;
    for (size_t i = 0; i < hidden_.size(); ++i) {
      if (hidden_[i]) continue;
      const Value value = {i / (columns_ + 1), i % (columns_ + 1)};
      const bool in_line = RowLine(value.row) == line || ColumnLine(value.column) == line;
      const int totals = (value.row == rows_ ? 1 : 0) + (value.column == columns_ ? 1 : 0);
      const bool crosses = hides[RowLine(value.row)] && hides[ColumnLine(value.column)];
      const Rank rank = {totals == 2, !in_line, totals, !crosses, values_[i], i};
      if (!best || rank < *best) best = rank;
    }
    hidden_[std::get<size_t>(*best)] = true;
  }

  size_t rows_, columns_;
  int64_t smallest_;
  std::vector<int64_t> values_;
  std::vector<bool> hidden_;
};

}  // namespace

HiddenTable HiddenCellsOfTable(std::span<const int64_t> cells, size_t columns, int64_t smallest) {
  return Table(cells, columns, smallest).Hide();
}

}  // namespace throughline::core
