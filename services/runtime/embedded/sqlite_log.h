// The Log on SQLite.
#pragma once

#include <deque>
#include <map>
#include <mutex>
#include <shared_mutex>

#include "runtime/embedded/sqlite_writer.h"

namespace throughline::runtime {

class SqliteJournal::SqliteLog : public Log {
 public:
  SqliteLog(Files& files, Writer& writer) : files_(files), writer_(writer) {}

  core::Result<std::vector<Stretch>> Append(const std::vector<AppendTo>& batches) override;
  core::Result<std::vector<StoredRecord>> Read(const TopicPartition& from, int64_t offset,
                                               size_t max_records, size_t max_bytes) override;
  core::Result<int64_t> End(const TopicPartition& of) override;
  int Listen(std::function<void(const TopicPartition&)> wake) override;
  void Unlisten(int listener) override;

 private:
  // The newest records of a topic partition, and where it ends.
  struct Tail {
    int64_t end = -1;  // -1: not looked up yet
    std::deque<StoredRecord> records;
    size_t bytes = 0;
  };
  int64_t LookUpEnd(const TopicPartition& of);
  int64_t& WrittenEnd(Writer& writer, const TopicPartition& of);
  static core::Error Failed(const sqlite::Failure& failure, const TopicPartition& of,
                            int64_t offset);
  void Remember(const AppendTo& batch, int64_t first);
  bool ReadTail(const TopicPartition& from, int64_t offset, size_t max_records, size_t max_bytes,
                std::vector<StoredRecord>& records);

  Files& files_;
  Writer& writer_;
  std::mutex mutex_;
  std::map<TopicPartition, Tail> tails_;
  std::map<TopicPartition, int64_t> written_;  // the writer's thread only: ends, committed or not
  int64_t written_rollbacks_ = 0;
  std::shared_mutex listeners_mutex_;
  std::map<int, std::function<void(const TopicPartition&)>> listeners_;
  int next_listener_ = 1;
};

}  // namespace throughline::runtime
