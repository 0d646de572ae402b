// The journal on SQLite: one file for the Log and the Store, nothing else to install.
//
// One thread writes. It takes everything that waits, whoever asked, into one transaction (group
// commit). A transaction with log records in it is flushed to disk before anybody hears of it
// (WAL, synchronous=FULL). One with store commits alone is not: the store is a cache of the log's
// fold, and the write-ahead log keeps the order, so after a power cut the file is a prefix of what
// was written, never a mixture.
//
// Reads use connections of their own and never wait for the writer. The newest records of each
// topic partition are kept in memory, so that a consumer at the tail reads no file.
#pragma once

#include <memory>
#include <string>

#include "runtime/journal.h"

namespace throughline::runtime {

struct SqliteJournalOptions {
  std::string directory;  // made when it does not exist; the file in it is journal.db
};

class SqliteJournal : public Journal {
 public:
  // Opens or creates the journal and locks the directory. The error is a sentence for people:
  // another process has it, it cannot be written, it is not a journal, it is of a later version.
  static core::Result<std::unique_ptr<SqliteJournal>> Open(const SqliteJournalOptions& options);
  ~SqliteJournal() override;

  Log& log() override;
  Store& store() override;
  // All of them: no other process can have the directory.
  core::Result<std::unique_ptr<Ownership>> Share(const std::string& service,
                                                 int32_t partitions) override;
  // A write that failed, until one succeeds again; a disk that is full, or nearly.
  std::vector<std::string> HealthIssues() override;

 private:
  class Files;
  class Writer;
  class SqliteLog;
  class SqliteStore;
  explicit SqliteJournal(std::string directory);
  const std::string directory_;
  std::unique_ptr<Files> files_;
  std::unique_ptr<Writer> writer_;
  std::unique_ptr<SqliteLog> log_;
  std::unique_ptr<SqliteStore> store_;
};

}  // namespace throughline::runtime
