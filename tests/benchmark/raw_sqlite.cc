#include "raw_sqlite.h"

#include <sqlite3.h>

#include <stdexcept>

namespace throughline::bench {

struct RawSqlite::Parts {
  sqlite3* db = nullptr;
  sqlite3_stmt* insert = nullptr;

  void Execute(const char* sql) {
    if (sqlite3_exec(db, sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
      throw std::runtime_error(sqlite3_errmsg(db));
    }
  }
};

RawSqlite::RawSqlite(const std::filesystem::path& folder) : parts_(new Parts) {
  std::filesystem::create_directories(folder);
  if (sqlite3_open((folder / "raw.db").c_str(), &parts_->db) != SQLITE_OK) {
    throw std::runtime_error("raw.db cannot be opened");
  }
  parts_->Execute("PRAGMA journal_mode=WAL");
  parts_->Execute("PRAGMA synchronous=FULL");
  parts_->Execute("CREATE TABLE result (id INTEGER PRIMARY KEY, value BLOB NOT NULL)");
  sqlite3_prepare_v2(parts_->db, "INSERT INTO result (value) VALUES (?1)", -1, &parts_->insert,
                     nullptr);
}

RawSqlite::~RawSqlite() {
  sqlite3_finalize(parts_->insert);
  sqlite3_close(parts_->db);
  delete parts_;
}

void RawSqlite::Insert(const std::vector<std::string>& rows) {
  parts_->Execute("BEGIN IMMEDIATE");
  for (const std::string& row : rows) {
    sqlite3_bind_blob(parts_->insert, 1, row.data(), static_cast<int>(row.size()), SQLITE_STATIC);
    if (sqlite3_step(parts_->insert) != SQLITE_DONE) throw std::runtime_error("insert failed");
    sqlite3_reset(parts_->insert);
  }
  parts_->Execute("COMMIT");
}

}  // namespace throughline::bench
