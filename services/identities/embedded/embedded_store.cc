#include "identities/embedded/embedded_store.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "identities/embedded/errors.h"
#include "identities/errors.h"
#include "runtime/embedded/file_lock.h"
#include "runtime/embedded/sqlite.h"

namespace throughline::identities {

namespace sqlite = runtime::sqlite;
using core::Result;

namespace {

constexpr int64_t kSchemaVersion = 1;

// A record that was taken away has no value. Positions are never given twice.
constexpr const char* kSchema = R"(
  CREATE TABLE IF NOT EXISTS identity (position INTEGER PRIMARY KEY AUTOINCREMENT,
                                       key TEXT UNIQUE NOT NULL, value BLOB);
)";

// SQLite gives -wal and -shm the mode of the database when it makes them.
void CloseToOthers(const std::string& path) {
  for (const char* suffix : {"", "-wal", "-shm"}) {
    if (::chmod((path + suffix).c_str(), 0600) != 0 && errno != ENOENT) {
      throw sqlite::Failure(path + suffix + " cannot be closed to others");
    }
  }
}

}  // namespace

struct EmbeddedIdentityStore::Database {
  explicit Database(const std::string& path)
      : lock(path),
        db(Prepared(path)),
        put(db, "REPLACE INTO identity (key, value) VALUES (?1, ?2)"),
        take_away(db, "REPLACE INTO identity (key, value) VALUES (?1, NULL)"),
        read(db,
             "SELECT position, key, value, value IS NULL FROM identity WHERE position >= ?1"
             " ORDER BY position LIMIT ?2"),
        end(db, "SELECT coalesce(max(seq), 0) + 1 FROM sqlite_sequence WHERE name = 'identity'") {}

  static sqlite::Connection Prepared(const std::string& path) {
    CloseToOthers(path);
    sqlite::Connection db(path);
    db.Run("PRAGMA page_size=8192");
    db.Run("PRAGMA journal_mode=WAL");
    db.Run("PRAGMA synchronous=FULL");
    db.Run("PRAGMA secure_delete=ON");
    sqlite::Statement version(db, "PRAGMA user_version");
    version.Step();
    if (version.Int(0) > kSchemaVersion) {
      throw sqlite::Failure("it was written by a later version of throughline");
    }
    version.Reset();
    db.Run("BEGIN IMMEDIATE");
    db.Run(kSchema);
    db.Run(("PRAGMA user_version=" + std::to_string(kSchemaVersion)).c_str());
    // Nobody has read this far and would have to be told.
    db.Run("DELETE FROM identity WHERE value IS NULL");
    db.Run("COMMIT");
    return db;
  }

  int64_t End() {
    end.Step();
    const int64_t position = end.Int(0);
    end.Reset();
    return position;
  }

  // In this order: the lock has to outlive the connection.
  sqlite::FileLock lock;
  sqlite::Connection db;
  sqlite::Statement put, take_away, read, end;
};

EmbeddedIdentityStore::EmbeddedIdentityStore(std::filesystem::path directory)
    : directory_(std::move(directory)) {}
EmbeddedIdentityStore::~EmbeddedIdentityStore() = default;

Result<std::unique_ptr<EmbeddedIdentityStore>> EmbeddedIdentityStore::Open(
    const std::filesystem::path& directory) {
  std::unique_ptr<EmbeddedIdentityStore> store(new EmbeddedIdentityStore(directory));
  auto ring = ReadKeyRing(directory / kKeyRingFile);
  if (!ring) return core::Refuse(ring.error());
  store->ring_ = *std::move(ring);
  const std::filesystem::path file = directory / kIdentitiesFile;
  std::error_code unreadable;  // is said by who opens it
  const auto size = std::filesystem::file_size(file, unreadable);
  const bool is_missing = unreadable == std::errc::no_such_file_or_directory;
  if (!store->ring_.empty() && (is_missing || (!unreadable && size == 0))) {
    return core::Refuse(IdentitiesLost(directory.string()));
  }
  try {
    store->database_ = std::make_unique<Database>(file.string());
  } catch (const sqlite::Failure& failure) {
    return core::Refuse(IdentitiesFailed(directory / kIdentitiesFile, failure));
  }
  return store;
}

Result<int64_t> EmbeddedIdentityStore::Put(const std::vector<StoredIdentity>& records) {
  std::lock_guard lock(mutex_);
  sqlite::Connection& db = database_->db;
  try {
    if (!database_->lock.IsThere()) {
      throw sqlite::Failure("it was moved or replaced while it was in use");
    }
    db.Run("BEGIN IMMEDIATE");
    for (const StoredIdentity& record : records) {
      if (record.value) {
        database_->put.Text(1, record.key).Blob(2, *record.value).Execute();
      } else {
        database_->take_away.Text(1, record.key).Execute();
      }
    }
    db.Run("COMMIT");
    ++version_;
    return database_->End();
  } catch (const sqlite::Failure& failure) {
    if (sqlite3_get_autocommit(db.raw()) == 0) {
      sqlite3_exec(db.raw(), "ROLLBACK", nullptr, nullptr, nullptr);
    }
    return core::Refuse(IdentitiesFailed(directory_ / kIdentitiesFile, failure));
  }
}

Result<std::vector<StoredIdentity>> EmbeddedIdentityStore::Read(int64_t position, size_t limit) {
  std::lock_guard lock(mutex_);
  std::vector<StoredIdentity> records;
  try {
    sqlite::Statement& read = database_->read;
    const auto at_most = static_cast<int64_t>(std::min<size_t>(limit, INT64_MAX));
    read.Bind(1, position).Bind(2, at_most);
    while (read.Step()) {
      StoredIdentity record{read.Bytes(1), std::nullopt, read.Int(0)};
      if (read.Int(3) == 0) record.value = read.Bytes(2);
      records.push_back(std::move(record));
    }
    read.Reset();
    return records;
  } catch (const sqlite::Failure& failure) {
    return core::Refuse(IdentitiesFailed(directory_ / kIdentitiesFile, failure));
  }
}

Result<int64_t> EmbeddedIdentityStore::End() {
  std::lock_guard lock(mutex_);
  try {
    return database_->End();
  } catch (const sqlite::Failure& failure) {
    return core::Refuse(IdentitiesFailed(directory_ / kIdentitiesFile, failure));
  }
}

Result<std::vector<std::pair<std::string, std::string>>> EmbeddedIdentityStore::Keys() {
  std::lock_guard lock(mutex_);
  return std::vector<std::pair<std::string, std::string>>(ring_.begin(), ring_.end());
}

Result<void> EmbeddedIdentityStore::ReplaceKeys(const std::string& district,
                                                const std::optional<std::string>& expected,
                                                const std::string& value) {
  std::lock_guard lock(mutex_);
  const auto found = ring_.find(district);
  const bool as_expected =
      expected ? found != ring_.end() && found->second == *expected : found == ring_.end();
  if (!as_expected) return core::Refuse(KeysReplaced(district));
  KeyRing ring = ring_;
  ring[district] = value;
  const std::filesystem::path file = directory_ / kKeyRingFile;
  if (auto written = WriteKeyRing(file, ring); !written) {
    if (auto there = ReadKeyRing(file)) ring_ = *std::move(there);
    return written;
  }
  ring_ = std::move(ring);
  ++version_;
  // What the write-ahead log has of before goes, too. Nobody can open it in any case.
  sqlite3_exec(database_->db.raw(), "PRAGMA wal_checkpoint(TRUNCATE)", nullptr, nullptr, nullptr);
  return {};
}

}  // namespace throughline::identities
