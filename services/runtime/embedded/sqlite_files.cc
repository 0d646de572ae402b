#include "runtime/embedded/sqlite_files.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>

namespace throughline::runtime {

namespace {

// 1: no checksums. 2: see checked_pages.h.
constexpr int64_t kSchemaVersion = 2;

constexpr const char* kSchema = R"(
  CREATE TABLE IF NOT EXISTS topic (id INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL);
  CREATE TABLE IF NOT EXISTS record (id INTEGER PRIMARY KEY, headers BLOB NOT NULL,
                                     value BLOB NOT NULL);
  CREATE TABLE IF NOT EXISTS space (id INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL);
  CREATE TABLE IF NOT EXISTS head (partition TEXT PRIMARY KEY, token TEXT NOT NULL,
                                   head BLOB NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS row (space INTEGER, key TEXT, value BLOB NOT NULL,
                                  PRIMARY KEY (space, key)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS probe (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL);
)";

// A directory that is made here is its owner's alone. One that was there belongs to whoever made
// it, perhaps with other things in it, and stays as it is: the files in it are closed in any case.
void MakeDirectory(const std::string& directory) {
  std::error_code failed;
  const bool made = std::filesystem::create_directories(directory, failed);
  if (made) std::filesystem::permissions(directory, std::filesystem::perms::owner_all, failed);
  if (failed) throw sqlite::Failure("cannot make " + directory + ": " + failed.message());
}

// Whatever the umask is, and for files of earlier versions, too. SQLite gives -wal and -shm the
// mode of the database when it makes them.
void CloseToOthers(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd >= 0) ::close(fd);
  for (const char* suffix : {"", "-wal", "-shm"}) {
    if (::chmod((path + suffix).c_str(), 0600) != 0 && errno != ENOENT) {
      throw sqlite::Failure(path + suffix + " cannot be closed to others");
    }
  }
}

std::string SpaceName(const StorePartition& of, std::string_view table) {
  return of.service + "/" + std::to_string(of.partition) + "/" + std::string(table);
}

int64_t VersionOf(sqlite::Connection& db) {
  sqlite::Statement version(db, "PRAGMA user_version");
  version.Step();
  return version.Int(0);
}

sqlite::Failure WrittenByLater(const std::string& path) {
  return sqlite::Failure(path + " was written by a later version of throughline");
}

}  // namespace

SqliteJournal::Files::ReadConnection::ReadConnection(const std::string& path)
    : db(path),
      begin(db, "BEGIN"),
      end(db, "COMMIT"),
      records(db,
              "SELECT id, headers, value FROM record WHERE id >= ?1 AND id < ?2 ORDER BY id"
              " LIMIT ?3"),
      last(db, "SELECT id FROM record WHERE id >= ?1 AND id < ?2 ORDER BY id DESC LIMIT 1"),
      head(db, "SELECT head FROM head WHERE partition = ?1"),
      token(db, "SELECT token FROM head WHERE partition = ?1"),
      row(db, "SELECT value FROM row WHERE space = ?1 AND key = ?2"),
      scan(db,
           "SELECT key, value FROM row WHERE space = ?1 AND key >= ?2 AND key > ?3"
           " ORDER BY key LIMIT ?4") {}

SqliteJournal::Files::Files(const std::string& directory) {
  MakeDirectory(directory);
  LockDirectory(directory);
  path_ = directory + "/journal.db";
  file_lock_ = std::make_unique<sqlite::FileLock>(path_);
  if (MustBeMadeAnew()) MakeAnew();
  CloseToOthers(path_);
  writer_ = std::make_unique<sqlite::Connection>(path_);
  writer_->Run("PRAGMA page_size=8192");
  writer_->Run("PRAGMA journal_mode=WAL");
  writer_->Run("PRAGMA synchronous=FULL");
  writer_->Run("PRAGMA wal_autocheckpoint=4000");
  writer_->Run("PRAGMA cache_size=-65536");
  CreateSchema();
}

SqliteJournal::Files::~Files() {
  idle_.clear();
  writer_.reset();
  file_lock_.reset();
  if (lock_ >= 0) ::close(lock_);
}

// A file of before gets checksums; one whose damaged rows were dropped gets rid of their pages.
bool SqliteJournal::Files::MustBeMadeAnew() const {
  if (!sqlite::HasChecksums(path_)) return true;
  sqlite::Connection db(path_);
  sqlite::Statement dropped(db, "SELECT 1 FROM sqlite_schema WHERE name = 'dropped'");
  return dropped.Step();
}

// Everything goes into a new file, which then takes the place of the old one: at any moment one of
// them is whole.
void SqliteJournal::Files::MakeAnew() {
  const std::string made = path_ + ".new";
  std::filesystem::remove(made);
  std::filesystem::remove(made + "-journal");
  CloseToOthers(made);
  {
    sqlite::Connection db(path_);
    if (VersionOf(db) > kSchemaVersion) throw WrittenByLater(path_);
    sqlite::Statement copy(db, "VACUUM INTO ?1");
    copy.Text(1, made).Execute();
  }
  {
    sqlite::Connection db(made);
    db.Run("DROP TABLE IF EXISTS dropped");
    db.Run(("PRAGMA user_version=" + std::to_string(kSchemaVersion)).c_str());
  }
  auto lock = std::make_unique<sqlite::FileLock>(made);
  if (std::rename(made.c_str(), path_.c_str()) != 0) {
    throw sqlite::Failure(path_ + " cannot be replaced", SQLITE_IOERR);
  }
  lock.reset();
  file_lock_ = std::make_unique<sqlite::FileLock>(path_);
}

// The log is the truth: what is dropped here comes back from it. The pages stay, damaged as they
// are, until the file is made anew.
void SqliteJournal::Files::DropStore() {
  writer_->Run("PRAGMA writable_schema=ON");
  writer_->Run("DELETE FROM sqlite_schema WHERE tbl_name IN ('space', 'head', 'row')");
  writer_->Run("PRAGMA writable_schema=RESET");
  writer_->Run(kSchema);
  writer_->Run("CREATE TABLE IF NOT EXISTS dropped (times INTEGER)");
  ++drops_;
  Reload();
}

void SqliteJournal::Files::CheckThere() const {
  if (file_lock_->IsThere()) return;
  throw sqlite::Failure(path_ +
                        " was moved or replaced while it was in use; stop this process, see to it "
                        "that the right file is there, and start it again");
}

void SqliteJournal::Files::LockDirectory(const std::string& directory) {
  const std::string path = directory + "/lock";
  lock_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock_ < 0) throw sqlite::Failure(directory + " cannot be written");
  if (::flock(lock_, LOCK_EX | LOCK_NB) != 0) {
    throw sqlite::Failure(directory +
                          " is in use by another throughline; stop it, or use --connect ADDRESS");
  }
}

void SqliteJournal::Files::CreateSchema() {
  if (VersionOf(*writer_) > kSchemaVersion) throw WrittenByLater(path_);
  writer_->Run("BEGIN IMMEDIATE");
  writer_->Run(kSchema);
  writer_->Run(("PRAGMA user_version=" + std::to_string(kSchemaVersion)).c_str());
  writer_->Run("COMMIT");
  Reload();
}

void SqliteJournal::Files::Reload() {
  std::lock_guard lock(mutex_);
  topics_.clear();
  spaces_.clear();
  sqlite::Statement topics(*writer_, "SELECT name, id FROM topic");
  while (topics.Step()) topics_[topics.Bytes(0)] = topics.Int(1);
  sqlite::Statement spaces(*writer_, "SELECT name, id FROM space");
  while (spaces.Step()) spaces_[spaces.Bytes(0)] = spaces.Int(1);
}

std::unique_ptr<SqliteJournal::Files::ReadConnection> SqliteJournal::Files::Borrow() {
  {
    std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      auto connection = std::move(idle_.back());
      idle_.pop_back();
      return connection;
    }
  }
  return std::make_unique<ReadConnection>(path_);
}

void SqliteJournal::Files::GiveBack(std::unique_ptr<ReadConnection> connection) {
  std::lock_guard lock(mutex_);
  idle_.push_back(std::move(connection));
}

int64_t SqliteJournal::Files::FirstRecord(const TopicPartition& of) const {
  std::lock_guard lock(mutex_);
  auto topic = topics_.find(of.topic);
  if (topic == topics_.end()) return -1;
  return sqlite::FirstRecordOf(topic->second, of.partition);
}

int64_t SqliteJournal::Files::MakeTopic(const std::string& topic) {
  {
    std::lock_guard lock(mutex_);
    if (auto found = topics_.find(topic); found != topics_.end()) return found->second;
  }
  sqlite::Statement insert(*writer_, "INSERT INTO topic (name) VALUES (?1)");
  insert.Text(1, topic).Execute();
  const int64_t id = sqlite3_last_insert_rowid(writer_->raw());
  std::lock_guard lock(mutex_);
  return topics_[topic] = id;
}

std::optional<int64_t> SqliteJournal::Files::FindSpace(const StorePartition& of,
                                                       std::string_view table) const {
  std::lock_guard lock(mutex_);
  auto found = spaces_.find(SpaceName(of, table));
  if (found == spaces_.end()) return std::nullopt;
  return found->second;
}

int64_t SqliteJournal::Files::MakeSpace(const StorePartition& of, std::string_view table) {
  if (auto found = FindSpace(of, table)) return *found;
  sqlite::Statement insert(*writer_, "INSERT INTO space (name) VALUES (?1)");
  const std::string name = SpaceName(of, table);
  insert.Text(1, name).Execute();
  const int64_t id = sqlite3_last_insert_rowid(writer_->raw());
  std::lock_guard lock(mutex_);
  return spaces_[name] = id;
}

std::vector<int64_t> SqliteJournal::Files::SpacesOf(const StorePartition& of) const {
  const std::string prefix = SpaceName(of, "");
  std::vector<int64_t> found;
  std::lock_guard lock(mutex_);
  for (auto it = spaces_.lower_bound(prefix); it != spaces_.end(); ++it) {
    if (!it->first.starts_with(prefix)) break;
    found.push_back(it->second);
  }
  return found;
}

}  // namespace throughline::runtime
