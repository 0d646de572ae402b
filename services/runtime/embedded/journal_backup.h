// Copies of the embedded journal's directory, to go back to. A copy is the journal at one moment,
// whole, every page of it checked, or there is none.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/date.h"
#include "core/result.h"
#include "runtime/embedded/new_directory.h"
#include "runtime/journal.h"

namespace throughline::runtime {

struct CopyOptions {
  std::string from;
  std::string to;                    // does not exist, or is empty
  std::vector<std::string> secrets;  // files to copy along, of those that are there
  // Of a restore: whether the secrets in `from` are those of these fingerprints. When not, nothing
  // is made. Null: whatever they are.
  std::function<core::Result<void>(const std::vector<StoredRecord>& fingerprints)> accept = nullptr;
  // Of a restore: what came later is left out, and the state of that moment is folded from the rest
  // by whoever serves it next (journal_cut.h). nullopt: nothing is left out.
  std::optional<core::Instant> until = std::nullopt;
  // Puts more files into the copy, after the journal and the secrets. What it refuses, nothing is
  // made of. Null: there are no more.
  std::function<core::Result<void>(const NewDirectory& copy)> also = nullptr;
};

struct CopiedJournal {
  int64_t bytes = 0;  // of the journal's file
  int64_t records = 0;
  int64_t left_out = 0;                    // records, of a restore until a moment
  std::vector<std::string> secrets;        // those that were there
  std::vector<StoredRecord> fingerprints;  // of the secrets that it was written with
};

// How far it has come: `done` of `of`, in bytes that are read or written.
using CopyProgress = std::function<void(int64_t done, int64_t of)>;

// Copies the directory `from`, which another process may be writing to meanwhile: what was in it
// when this began is in the copy, from the -wal, too. The copy is one file that needs no other,
// with checksums even where the original has none. NO_DATA, DIRECTORY_NOT_EMPTY, JOURNAL_CORRUPT;
// JOURNAL_NOT_READABLE, JOURNAL_NOT_COPIED with why.
core::Result<CopiedJournal> BackUpJournal(const CopyOptions& options, const CopyProgress& progress);

// Makes the directory `to` from the backup `from`, every page of which is checked before any is
// copied. NO_DATA, DIRECTORY_NOT_EMPTY, BACKUP_DAMAGED, JOURNAL_NOT_COPIED; JOURNAL_IN_USE when
// somebody has `from` or `to`; NO_BACKUP when `from` is no backup but a directory that was in use;
// what `accept` says. Of a restore that fails nothing stays.
core::Result<CopiedJournal> RestoreJournal(const CopyOptions& options,
                                           const CopyProgress& progress);

}  // namespace throughline::runtime
