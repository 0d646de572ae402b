// SQLite's C interface with owners: connections and statements that close themselves, and errors
// as exceptions that never leave this folder.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "runtime/embedded/checked_pages.h"

namespace throughline::runtime::sqlite {

struct Failure : std::runtime_error {
  explicit Failure(const std::string& what, int result_code = SQLITE_ERROR)
      : std::runtime_error(what), code(result_code) {}
  // What is in the file is not what was written.
  bool damaged() const {
    const int primary = code & 0xff;
    return code == SQLITE_IOERR_DATA || primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB;
  }
  int code;  // SQLite's, extended
};

class Statement;

// Reading leaves the file as it is, and does not keep another process from writing to it.
enum class Opened { kToWrite, kToRead };

class Connection {
 public:
  // The file's pages carry checksums when it is new, or was made so. It is made when it does not
  // exist, unless it is opened only to be read.
  explicit Connection(const std::string& path, Opened opened = Opened::kToWrite) {
    sqlite3* raw = nullptr;
    const int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                      (opened == Opened::kToWrite ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                                                  : SQLITE_OPEN_READONLY);
    const int code = sqlite3_open_v2(path.c_str(), &raw, flags, CheckedPages());
    handle_.reset(raw);
    if (code != SQLITE_OK) throw Failure(raw ? sqlite3_errmsg(raw) : "out of memory", code);
    sqlite3_busy_timeout(raw, 10'000);
    // Of a file that is still to be made, by this connection or by VACUUM INTO.
    int reserved = kChecksumBytes;
    sqlite3_file_control(raw, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserved);
  }
  void Run(const char* sql) {
    if (sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) Fail();
  }
  [[noreturn]] void Fail() const {
    const int code = sqlite3_extended_errcode(handle_.get());
    throw Failure(code == SQLITE_IOERR_DATA ? "a page of it is not as it was written"
                                            : sqlite3_errmsg(handle_.get()),
                  code);
  }
  sqlite3* raw() const { return handle_.get(); }

 private:
  struct Close {
    void operator()(sqlite3* db) const { sqlite3_close_v2(db); }
  };
  std::unique_ptr<sqlite3, Close> handle_;
};

// A prepared statement, used again and again. Bind from 1; blobs must outlive the step.
class Statement {
 public:
  Statement(Connection& db, const char* sql) : db_(db) {
    sqlite3_stmt* raw = nullptr;
    if (sqlite3_prepare_v3(db.raw(), sql, -1, SQLITE_PREPARE_PERSISTENT, &raw, nullptr) !=
        SQLITE_OK) {
      db.Fail();
    }
    handle_.reset(raw);
  }
  Statement& Bind(int at, int64_t value) {
    sqlite3_bind_int64(handle_.get(), at, value);
    return *this;
  }
  Statement& Text(int at, std::string_view value) {
    sqlite3_bind_text(handle_.get(), at, value.data(), static_cast<int>(value.size()),
                      SQLITE_STATIC);
    return *this;
  }
  Statement& Blob(int at, std::string_view value) {
    sqlite3_bind_blob64(handle_.get(), at, value.data() ? value.data() : "", value.size(),
                        SQLITE_STATIC);
    return *this;
  }
  // True: there is a row.
  bool Step() {
    const int code = sqlite3_step(handle_.get());
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    sqlite3_reset(handle_.get());
    db_.Fail();
  }
  void Reset() { sqlite3_reset(handle_.get()); }
  void Execute() {
    Step();
    Reset();
  }
  int64_t Int(int column) const { return sqlite3_column_int64(handle_.get(), column); }
  std::string Bytes(int column) const {
    const void* data = sqlite3_column_blob(handle_.get(), column);
    const int size = sqlite3_column_bytes(handle_.get(), column);
    return data == nullptr ? std::string() : std::string(static_cast<const char*>(data), size);
  }

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  Connection& db_;
  std::unique_ptr<sqlite3_stmt, Finalize> handle_;
};

}  // namespace throughline::runtime::sqlite
