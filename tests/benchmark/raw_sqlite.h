// The raw library to compare with: the same bytes into a table of SQLite, with the same durability.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace throughline::bench {

class RawSqlite {
 public:
  explicit RawSqlite(const std::filesystem::path& folder);
  ~RawSqlite();
  // One transaction, flushed to disk (WAL, synchronous=FULL).
  void Insert(const std::vector<std::string>& rows);

 private:
  struct Parts;
  Parts* parts_;
};

}  // namespace throughline::bench
