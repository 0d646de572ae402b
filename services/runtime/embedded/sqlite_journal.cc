#include "runtime/embedded/sqlite_journal.h"

#include "runtime/embedded/sqlite_files.h"
#include "runtime/embedded/sqlite_log.h"
#include "runtime/embedded/sqlite_store.h"
#include "runtime/embedded/sqlite_writer.h"
#include "runtime/errors.h"

namespace throughline::runtime {

SqliteJournal::SqliteJournal() = default;
SqliteJournal::~SqliteJournal() = default;

core::Result<std::unique_ptr<SqliteJournal>> SqliteJournal::Open(
    const SqliteJournalOptions& options) {
  try {
    std::unique_ptr<SqliteJournal> journal(new SqliteJournal());
    journal->files_ = std::make_unique<Files>(options.directory);
    journal->writer_ = std::make_unique<Writer>(*journal->files_);
    journal->log_ = std::make_unique<SqliteLog>(*journal->files_, *journal->writer_);
    journal->store_ = std::make_unique<SqliteStore>(*journal->files_, *journal->writer_);
    return journal;
  } catch (const sqlite::Failure& failure) {
    return core::Refuse(CannotOpen(options.directory, failure.what()));
  }
}

Log& SqliteJournal::log() { return *log_; }
Store& SqliteJournal::store() { return *store_; }

core::Result<std::unique_ptr<Ownership>> SqliteJournal::Share(const std::string&,
                                                              int32_t partitions) {
  return std::make_unique<SoleOwner>(partitions);
}

}  // namespace throughline::runtime
