// A gzipped CSV file with a header, read whole, rows handed out with columns by name.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "core/result.h"

namespace throughline::demo {

class DataRow {
 public:
  DataRow(const std::map<std::string, size_t, std::less<>>& columns,
          const std::vector<std::string_view>& fields)
      : columns_(columns), fields_(fields) {}
  // The value of a column; empty when there is no such column.
  std::string operator[](std::string_view column) const {
    auto at = columns_.find(column);
    return at == columns_.end() ? std::string() : std::string(fields_[at->second]);
  }

 private:
  const std::map<std::string, size_t, std::less<>>& columns_;
  const std::vector<std::string_view>& fields_;
};

// Calls `visit` for every row in order. DATA_UNEXPECTED for a row that does not fit the header.
core::Result<void> ForEachRow(const std::filesystem::path& csv_gz,
                              const std::function<void(const DataRow&)>& visit);

// Lower case, with a dash for what is no letter, digit, dot or underscore.
std::string Slug(std::string_view text);

}  // namespace throughline::demo
