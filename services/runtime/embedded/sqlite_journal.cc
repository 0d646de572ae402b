#include "runtime/embedded/sqlite_journal.h"

#include <filesystem>

#include "runtime/embedded/sqlite_files.h"
#include "runtime/embedded/sqlite_log.h"
#include "runtime/embedded/sqlite_store.h"
#include "runtime/embedded/sqlite_writer.h"
#include "runtime/errors.h"

namespace throughline::runtime {

namespace {
constexpr uintmax_t kLeastSpace = 16 << 20;
}

SqliteJournal::SqliteJournal(std::string directory) : directory_(std::move(directory)) {}
SqliteJournal::~SqliteJournal() = default;

core::Result<std::unique_ptr<SqliteJournal>> SqliteJournal::Open(
    const SqliteJournalOptions& options) {
  try {
    std::unique_ptr<SqliteJournal> journal(new SqliteJournal(options.directory));
    journal->files_ = std::make_unique<Files>(options.directory);
    journal->writer_ = std::make_unique<Writer>(*journal->files_);
    journal->log_ = std::make_unique<SqliteLog>(*journal->files_, *journal->writer_);
    journal->store_ = std::make_unique<SqliteStore>(*journal->files_, *journal->writer_);
    return journal;
  } catch (const sqlite::Failure& failure) {
    std::string why = failure.what();
    if (failure.damaged()) {
      why += "; `throughline check --data " + options.directory +
             "` says what is damaged, and `throughline restore` brings a backup back";
    }
    return core::Refuse(CannotOpen(options.directory, why));
  }
}

std::vector<std::string> SqliteJournal::HealthIssues() {
  std::vector<std::string> issues;
  if (!writer_->Issue().empty()) {
    issues.push_back("The journal cannot be written; the log says why.");
  }
  std::error_code failed;
  const auto space = std::filesystem::space(directory_, failed);
  if (!failed && space.available < kLeastSpace) {
    issues.push_back("The disk of the data directory is full, or nearly: " +
                     std::to_string(space.available >> 20) + " MiB are left.");
  }
  return issues;
}

Log& SqliteJournal::log() { return *log_; }
Store& SqliteJournal::store() { return *store_; }

core::Result<std::unique_ptr<Ownership>> SqliteJournal::Share(const std::string&,
                                                              int32_t partitions) {
  return std::make_unique<SoleOwner>(partitions);
}

}  // namespace throughline::runtime
