#include "throughline/table.h"

#include <algorithm>

#include "throughline/formatting.h"

namespace throughline {

namespace {

constexpr size_t kGap = 2;

// Characters, not bytes, of UTF-8.
size_t WidthOf(const std::string& text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

}  // namespace

void Table::Add(std::vector<std::string> cells) {
  cells.resize(columns_.size());
  for (std::string& cell : cells) cell = OneLine(std::move(cell));
  rows_.push_back(std::move(cells));
}

void Table::Print(std::ostream& out, const std::string& when_empty) const {
  if (rows_.empty()) {
    out << when_empty << '\n';
    return;
  }
  std::vector<std::string> headings;
  std::vector<size_t> widths;
  for (size_t i = 0; i < columns_.size(); ++i) {
    headings.push_back(columns_[i].heading);
    size_t width = WidthOf(columns_[i].heading);
    for (const auto& row : rows_) width = std::max(width, WidthOf(row[i]));
    widths.push_back(width);
  }
  const auto print = [&](const std::vector<std::string>& cells) {
    std::string line;
    for (size_t i = 0; i < cells.size(); ++i) {
      const std::string space(widths[i] - WidthOf(cells[i]), ' ');
      line += columns_[i].side == Side::kRight ? space + cells[i] : cells[i] + space;
      line.append(kGap, ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out << line << '\n';
  };
  print(headings);
  for (const auto& row : rows_) print(row);
}

}  // namespace throughline
