#include "runtime/embedded/sqlite_history.h"

#include <filesystem>
#include <mutex>

#include "runtime/embedded/errors.h"
#include "runtime/embedded/sqlite_files.h"
#include "runtime/envelope.h"
#include "runtime/errors.h"

namespace throughline::runtime {

using core::Result;

struct SqliteHistory::Parts {
  explicit Parts(const std::string& file)
      : db(file, sqlite::Opened::kToRead),
        topic(db, "SELECT id FROM topic WHERE name = ?1"),
        records(db,
                "SELECT id, headers, value FROM record WHERE id >= ?1 AND id < ?2 ORDER BY id"
                " LIMIT ?3") {}

  // Those from the offset on; none of a topic that is not there.
  std::vector<StoredRecord> Read(const TopicPartition& from, int64_t offset, size_t max_records,
                                 size_t max_bytes) {
    std::vector<StoredRecord> read;
    if (!topic.Text(1, from.topic).Step()) {
      topic.Reset();
      return read;
    }
    const int64_t first = sqlite::FirstRecordOf(topic.Int(0), from.partition);
    topic.Reset();
    records.Bind(1, first + offset)
        .Bind(2, first + sqlite::kOffsets)
        .Bind(3, static_cast<int64_t>(max_records));
    size_t bytes = 0;
    while (records.Step()) {
      StoredRecord stored{records.Int(0) - first, {records.Bytes(1), records.Bytes(2)}};
      bytes += stored.record.headers.size() + stored.record.value.size();
      if (bytes > max_bytes && !read.empty()) break;
      read.push_back(std::move(stored));
    }
    records.Reset();
    return read;
  }

  std::mutex mutex;
  sqlite::Connection db;
  sqlite::Statement topic, records;
};

SqliteHistory::SqliteHistory(std::string directory, std::unique_ptr<Parts> parts)
    : directory_(std::move(directory)), parts_(std::move(parts)) {}

SqliteHistory::~SqliteHistory() = default;

Result<std::unique_ptr<SqliteHistory>> SqliteHistory::Open(const std::string& directory) {
  const std::filesystem::path file = std::filesystem::path(directory) / "journal.db";
  std::error_code failed;
  if (!std::filesystem::exists(file, failed)) return core::Refuse(NoJournal(directory));
  try {
    return std::unique_ptr<SqliteHistory>(
        new SqliteHistory(directory, std::make_unique<Parts>(file.string())));
  } catch (const sqlite::Failure& failure) {
    return core::Refuse(JournalNotReadable(directory, failure.what()));
  }
}

Result<std::vector<StoredRecord>> SqliteHistory::ReadHistory(const TopicPartition& from,
                                                             int64_t offset, size_t max_records,
                                                             size_t max_bytes) {
  std::lock_guard lock(parts_->mutex);
  try {
    return parts_->Read(from, offset, max_records, max_bytes);
  } catch (const sqlite::Failure& failure) {
    if (!failure.damaged()) return core::Refuse(JournalNotReadable(directory_, failure.what()));
    return core::Refuse(JournalCorrupt(PlaceOf(from, offset) + ": " + failure.what()));
  }
}

}  // namespace throughline::runtime
