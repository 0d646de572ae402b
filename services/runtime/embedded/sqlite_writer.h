// The one thread that writes to the journal's file.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "runtime/embedded/sqlite_files.h"

namespace throughline::runtime {

class SqliteJournal::Writer {
 public:
  explicit Writer(Files& files);
  ~Writer();

  // Runs `write` inside the next transaction and returns after it is committed: flushed to disk
  // when any write of that transaction is `durable`. `write` may throw sqlite::Failure: then the
  // whole transaction is rolled back, and everybody in it gets the error. `after` runs once it is
  // committed, in the order of the writes, before anybody returns.
  core::Result<void> Run(bool durable, std::function<void(Writer&)> write,
                         std::function<void()> after = {});

  // Why the last transaction failed; empty when it did not.
  std::string Issue() const;

  // For writes, on the writer's thread.
  Files& files() { return files_; }
  int64_t rollbacks() const { return rollbacks_; }  // what was written before one never was
  void InsertRecord(int64_t id, const Record& record);
  void PutRow(int64_t space, const std::string& key, const std::string& value);
  void EraseRow(int64_t space, const std::string& key);
  std::string HeadToken(const std::string& partition);
  void PutHead(const std::string& partition, const std::string& token, const std::string& head);
  void ClearPartition(const std::string& partition, const std::vector<int64_t>& spaces);

 private:
  struct Job {
    bool durable;
    std::function<void(Writer&)> write;
    std::function<void()> after;
    bool done = false;
    std::optional<std::string> failure;
  };
  void Work();
  void Commit(const std::vector<Job*>& jobs);
  void Undo(const std::vector<Job*>& jobs, const std::string& failure);
  // Writes something, to see whether that is possible again.
  void Probe();
  void SetIssue(const std::string& what);

  Files& files_;
  sqlite::Statement insert_record_, put_row_, erase_row_, head_token_, put_head_;
  bool full_ = true;
  int64_t rollbacks_ = 0;
  std::mutex mutex_;
  std::condition_variable waiting_, finished_;
  std::vector<Job*> jobs_;
  bool stopping_ = false;
  mutable std::mutex issue_mutex_;
  std::string issue_;
  std::thread thread_;
};

}  // namespace throughline::runtime
