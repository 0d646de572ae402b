#include "runtime/embedded/journal_backup.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>

#include "runtime/embedded/checked_pages.h"
#include "runtime/embedded/errors.h"
#include "runtime/embedded/file_lock.h"
#include "runtime/embedded/journal_cut.h"
#include "runtime/embedded/sqlite.h"
#include "runtime/embedded/sqlite_files.h"
#include "runtime/errors.h"
#include "runtime/known_secret.h"

namespace throughline::runtime {

namespace {

using core::Result;
namespace fs = std::filesystem;

constexpr char kFile[] = "journal.db";
constexpr int kStepsBetweenLooks = 10'000;  // of SQLite's machine
constexpr size_t kChunk = 1 << 20;

bool IsThere(const fs::path& path) {
  std::error_code failed;
  return fs::exists(path, failed);
}

int64_t SizeOf(const std::string& path) {
  std::error_code failed;
  const auto size = fs::file_size(path, failed);
  return failed ? 0 : static_cast<int64_t>(size);
}

int64_t NumberOf(sqlite::Connection& db, const char* sql) {
  sqlite::Statement number(db, sql);
  number.Step();
  return number.Int(0);
}

// Looks how long the copy is, while SQLite writes it.
struct Watched {
  const std::string& copy;
  int64_t expected;
  const CopyProgress& progress;

  static int Look(void* self) {
    const Watched& watched = *static_cast<Watched*>(self);
    watched.progress(std::min(SizeOf(watched.copy), watched.expected), 2 * watched.expected);
    return 0;
  }
};

// VACUUM reads one moment of the file, the -wal with it, through the pages' checksums, and writes
// a file that is made with them.
void CopyLive(const std::string& from, const std::string& to, const CopyProgress& progress) {
  sqlite::Connection db(from, sqlite::Opened::kToRead);
  Watched watched{to, NumberOf(db, "PRAGMA page_count") * sqlite::kPageBytes, progress};
  sqlite3_progress_handler(db.raw(), kStepsBetweenLooks, Watched::Look, &watched);
  sqlite::Statement copy(db, "VACUUM INTO ?1");
  copy.Text(1, to).Execute();
}

// The number of the first page that is not as it was written; 0: all are.
std::optional<int64_t> FirstBadPage(const std::string& file, const CopyProgress& read) {
  int64_t first = 0;
  const auto bad = [&](int64_t page) { first = first == 0 ? page : first; };
  const bool readable = sqlite::ReadPages(file, bad, [&](int64_t page, int64_t of) {
    read(page * sqlite::kPageBytes, of * sqlite::kPageBytes);
  });
  if (!readable) return std::nullopt;
  return first;
}

std::vector<StoredRecord> FingerprintsIn(sqlite::Connection& db) {
  std::vector<StoredRecord> all;
  sqlite::Statement topic(db, "SELECT id FROM topic WHERE name = ?1");
  if (!topic.Text(1, kFingerprintsTopic).Step()) return all;
  const int64_t first = sqlite::FirstRecordOf(topic.Int(0), 0);
  sqlite::Statement records(
      db, "SELECT id, headers, value FROM record WHERE id >= ?1 AND id < ?2 ORDER BY id");
  records.Bind(1, first).Bind(2, first + sqlite::kOffsets);
  while (records.Step()) {
    all.push_back({records.Int(0) - first, {records.Bytes(1), records.Bytes(2)}});
  }
  return all;
}

// Why the file is not whole, or empty; and what is in it.
std::string LookThrough(const std::string& file, const CopyProgress& read, CopiedJournal& found) {
  const auto bad = FirstBadPage(file, read);
  if (!bad) return "it cannot be read";
  if (*bad != 0) return "page " + std::to_string(*bad) + " is not as it was written";
  try {
    sqlite::Connection db(file, sqlite::Opened::kToRead);
    found.records = NumberOf(db, "SELECT count(*) FROM record");
    found.fingerprints = FingerprintsIn(db);
  } catch (const sqlite::Failure& failure) {
    return failure.what();
  }
  return "";
}

bool CopyBytes(const std::string& from, const std::string& to, const CopyProgress& written) {
  std::ifstream in(from, std::ios::binary);
  std::ofstream out(to, std::ios::binary);
  const int64_t size = SizeOf(from);
  int64_t done = 0;
  std::vector<char> chunk(kChunk);
  while (in && out) {
    in.read(chunk.data(), static_cast<std::streamsize>(chunk.size()));
    out.write(chunk.data(), in.gcount());
    done += in.gcount();
    written(done, size);
  }
  out.flush();
  return in.eof() && out && done == size;
}

// Those that are there. After the journal: a secret that its log knows is there by then.
Result<std::vector<std::string>> CopySecrets(const CopyOptions& options, const NewDirectory& to) {
  std::vector<std::string> copied;
  for (const std::string& name : options.secrets) {
    const fs::path secret = fs::path(options.from) / name;
    if (!IsThere(secret)) continue;
    if (!to.Make(name) || !CopyBytes(secret, to.PathOf(name), [](int64_t, int64_t) {})) {
      return core::Refuse(JournalNotCopied(options.to, secret.string() + " cannot be copied"));
    }
    copied.push_back(name);
  }
  return copied;
}

Result<CopiedJournal> Finish(const CopyOptions& options, NewDirectory& made, CopiedJournal copied) {
  auto secrets = CopySecrets(options, made);
  if (!secrets) return core::Refuse(secrets.error());
  if (options.also) {
    if (auto added = options.also(made); !added) return core::Refuse(added.error());
  }
  copied.bytes = SizeOf(made.PathOf(kFile));
  if (auto finished = made.Finish(); !finished) return core::Refuse(finished.error());
  copied.secrets = *std::move(secrets);
  return copied;
}

Result<void> CheckNobodyHas(const std::string& directory) {
  const std::string file = directory + "/" + kFile;
  if (!IsThere(file)) return {};
  try {
    sqlite::FileLock::ForReading(file);
  } catch (const sqlite::Failure& failure) {
    if (failure.code == SQLITE_BUSY) return core::Refuse(JournalInUse(directory));
    return core::Refuse(JournalNotReadable(directory, failure.what()));
  }
  return {};
}

}  // namespace

Result<CopiedJournal> BackUpJournal(const CopyOptions& options, const CopyProgress& progress) {
  const std::string file = options.from + "/" + kFile;
  if (!IsThere(file)) return core::Refuse(NoJournal(options.from));
  auto made = NewDirectory::Begin(options.to);
  if (!made) return core::Refuse(made.error());
  const std::string copy = made->PathOf(kFile);
  if (!made->Make(kFile)) {
    return core::Refuse(JournalNotCopied(options.to, copy + ": " + std::strerror(errno)));
  }
  try {
    CopyLive(file, copy, progress);
  } catch (const sqlite::Failure& failure) {
    if (failure.damaged()) {
      return core::Refuse(JournalCorrupt(file + ": " + failure.what() +
                                         ". No backup was made of it; what was backed up before "
                                         "is as good as it was"));
    }
    return core::Refuse(JournalNotCopied(options.to, failure.what()));
  }
  CopiedJournal copied;
  const auto checked = [&](int64_t done, int64_t of) { progress(of + done, 2 * of); };
  if (const std::string why = LookThrough(copy, checked, copied); !why.empty()) {
    return core::Refuse(JournalNotCopied(options.to, "of what was written to it, " + why));
  }
  return Finish(options, *made, std::move(copied));
}

Result<CopiedJournal> RestoreJournal(const CopyOptions& options, const CopyProgress& progress) {
  const std::string file = options.from + "/" + kFile;
  if (!IsThere(file)) return core::Refuse(NoJournal(options.from));
  for (const std::string& directory : {options.to, options.from}) {
    if (auto free = CheckNobodyHas(directory); !free) return core::Refuse(free.error());
  }
  if (SizeOf(file + "-wal") > 0) {
    return core::Refuse(NoBackup(options.from, "there is a journal.db-wal with more in it"));
  }
  if (!sqlite::HasChecksums(file)) {
    return core::Refuse(NoBackup(options.from, "its journal.db has no checksums"));
  }
  auto made = NewDirectory::Begin(options.to);
  if (!made) return core::Refuse(made.error());
  CopiedJournal copied;
  const auto part = [&](int64_t before) {
    return [&progress, before](int64_t done, int64_t of) { progress(before * of + done, 3 * of); };
  };
  if (const std::string why = LookThrough(file, part(0), copied); !why.empty()) {
    return core::Refuse(BackupDamaged(file, why));
  }
  if (options.accept) {
    if (auto accepted = options.accept(copied.fingerprints); !accepted) {
      return core::Refuse(accepted.error());
    }
  }
  const std::string copy = made->PathOf(kFile);
  if (!made->Make(kFile) || !CopyBytes(file, copy, part(1))) {
    return core::Refuse(JournalNotCopied(options.to, "journal.db cannot be written there"));
  }
  if (options.until) {
    try {
      auto cut = CutAfter(copy, *options.until);
      if (!cut) return core::Refuse(cut.error());
      copied.left_out = *cut;
    } catch (const sqlite::Failure& failure) {
      return core::Refuse(JournalNotCopied(options.to, failure.what()));
    }
  }
  if (const std::string why = LookThrough(copy, part(2), copied); !why.empty()) {
    return core::Refuse(JournalNotCopied(options.to, "of what was written to it, " + why));
  }
  return Finish(options, *made, std::move(copied));
}

}  // namespace throughline::runtime
