// A table for people: columns as wide as what is in them, numbers to the right. Not thread-safe.
#pragma once

#include <ostream>
#include <string>
#include <vector>

namespace throughline {

enum class Side { kLeft, kRight };

struct Column {
  std::string heading;
  Side side = Side::kLeft;
};

class Table {
 public:
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  // As many cells as there are columns. Each is shown OneLine.
  void Add(std::vector<std::string> cells);
  size_t size() const { return rows_.size(); }

  // The headings and the rows; `when_empty` and nothing else when there are no rows.
  void Print(std::ostream& out, const std::string& when_empty) const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace throughline
