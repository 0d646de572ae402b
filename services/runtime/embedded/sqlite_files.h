// The journal's file: its schema, its connections for reading, and the numbers by which topics and
// tables are known in it.
#pragma once

#include <atomic>
#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "runtime/embedded/file_lock.h"
#include "runtime/embedded/sqlite.h"
#include "runtime/embedded/sqlite_journal.h"

namespace throughline::runtime {

namespace sqlite {

// Row id of a record: topic (10 bits), partition (13 bits), offset (40 bits).
inline constexpr int kPartitionShift = 40;
inline constexpr int kTopicShift = 53;
inline constexpr int64_t kOffsets = int64_t{1} << kPartitionShift;
inline constexpr int64_t kPartitions = int64_t{1} << (kTopicShift - kPartitionShift);

constexpr int64_t FirstRecordOf(int64_t topic, int64_t partition) {
  return topic << kTopicShift | partition << kPartitionShift;
}

}  // namespace sqlite

// Thread-safe.
class SqliteJournal::Files {
 public:
  explicit Files(const std::string& directory);
  ~Files();

  // A connection for reading, with its prepared statements; given back by the lease's end.
  struct ReadConnection {
    explicit ReadConnection(const std::string& path);
    sqlite::Connection db;
    sqlite::Statement begin, end;
    sqlite::Statement records, last;
    sqlite::Statement head, token, row, scan;
  };
  class Lease {
   public:
    explicit Lease(Files& files) : files_(files), connection_(files.Borrow()) {}
    // One that failed in the middle of something is not given back but closed.
    ~Lease() {
      if (std::uncaught_exceptions() == 0) files_.GiveBack(std::move(connection_));
    }
    ReadConnection* operator->() { return connection_.get(); }

   private:
    Files& files_;
    std::unique_ptr<ReadConnection> connection_;
  };

  sqlite::Connection& writer() { return *writer_; }
  // The row id under which records of this topic partition begin; records follow one by one.
  int64_t FirstRecord(const TopicPartition& of) const;
  // The number of a table of a store partition; made by the writer when it is new.
  std::optional<int64_t> FindSpace(const StorePartition& of, std::string_view table) const;
  int64_t MakeSpace(const StorePartition& of, std::string_view table);
  int64_t MakeTopic(const std::string& topic);
  std::vector<int64_t> SpacesOf(const StorePartition& of) const;
  // Reads the numbers again: some were made in a transaction that was rolled back.
  void Reload();
  // Within a transaction of the writer: forgets all rows and heads without reading them, for they
  // are damaged. The owners take over from the log.
  void DropStore();
  int64_t drops() const { return drops_; }
  // Throws when the file is not the one at the path any more.
  void CheckThere() const;
  const std::string& path() const { return path_; }

 private:
  std::unique_ptr<ReadConnection> Borrow();
  void GiveBack(std::unique_ptr<ReadConnection> connection);
  void LockDirectory(const std::string& directory);
  bool MustBeMadeAnew() const;
  void MakeAnew();
  void CreateSchema();

  std::string path_;
  int lock_ = -1;
  std::unique_ptr<sqlite::FileLock> file_lock_;
  std::atomic<int64_t> drops_{0};
  std::unique_ptr<sqlite::Connection> writer_;
  mutable std::mutex mutex_;
  std::vector<std::unique_ptr<ReadConnection>> idle_;
  std::map<std::string, int64_t> topics_;
  std::map<std::string, int64_t> spaces_;
};

}  // namespace throughline::runtime
