#include "runtime/embedded/sqlite_store.h"

#include <spdlog/spdlog.h>

#include "runtime/errors.h"

namespace throughline::runtime {

using core::Result;

namespace {

std::string Name(const StorePartition& partition) {
  return partition.service + "/" + std::to_string(partition.partition);
}

// Of a log that was moved, or cut, whose owners have yet to take over.
constexpr char kNothingFolded[] =
    "SELECT EXISTS (SELECT 1 FROM record) AND NOT EXISTS (SELECT 1 FROM head)";

}  // namespace

SqliteJournal::SqliteStore::SqliteStore(Files& files, Writer& writer)
    : files_(files), writer_(writer) {
  sqlite::Statement nothing_folded(files.writer(), kNothingFolded);
  cleared_ = nothing_folded.Step() && nothing_folded.Int(0) != 0;
}

Result<std::optional<std::string>> SqliteJournal::SqliteStore::Head(const StorePartition& of) {
  const int64_t drops = files_.drops();
  try {
    Files::Lease read(files_);
    const std::string name = Name(of);
    read->head.Text(1, name);
    std::optional<std::string> head;
    if (read->head.Step()) head = read->head.Bytes(0);
    read->head.Reset();
    return head;
  } catch (const sqlite::Failure& failure) {
    return core::Refuse(Failed(failure, drops));
  }
}

bool SqliteJournal::SqliteStore::IsHead(Files::Lease& read, const StorePartition& of,
                                        const std::optional<std::string>& expected_token) {
  if (!expected_token) return true;
  const std::string name = Name(of);
  read->token.Text(1, name);
  const std::string token = read->token.Step() ? read->token.Bytes(0) : "";
  read->token.Reset();
  return token == *expected_token;
}

Result<void> SqliteJournal::SqliteStore::Apply(const StorePartition& to, const Commit& commit) {
  const std::string name = Name(to);
  bool refused = false;
  const int64_t drops = files_.drops();
  std::optional<sqlite::Failure> damage;
  const auto write = [&](Writer& writer) {
    if (writer.HeadToken(name) != commit.expected_token) {
      refused = true;
      return;
    }
    std::string_view table;
    int64_t space = 0;
    for (const decider::RowChange& change : commit.rows) {
      if (change.row.table != table) {
        table = change.row.table;
        space = writer.files().MakeSpace(to, table);
      }
      if (change.value) {
        writer.PutRow(space, change.row.key, *change.value);
      } else {
        writer.EraseRow(space, change.row.key);
      }
    }
    writer.PutHead(name, commit.token, commit.head);
  };
  auto done = writer_.Run(false, [&](Writer& writer) {
    try {
      write(writer);
    } catch (const sqlite::Failure& failure) {
      if (failure.damaged()) damage = failure;
      throw;
    }
  });
  if (damage) return core::Refuse(Failed(*damage, drops));
  if (!done) return core::Refuse(done.error());
  if (refused) return core::Refuse(OwnershipLost(name));
  return {};
}

Result<std::vector<std::optional<std::string>>> SqliteJournal::SqliteStore::Load(
    const StorePartition& from, const std::vector<decider::RowKey>& keys,
    const std::optional<std::string>& expected_token) {
  const int64_t drops = files_.drops();
  try {
    std::vector<std::optional<std::string>> rows(keys.size());
    Files::Lease read(files_);
    read->begin.Execute();  // one view of the file for all of them
    if (!IsHead(read, from, expected_token)) {
      read->end.Execute();
      return core::Refuse(OwnershipLost(Name(from)));
    }
    std::string_view table;
    std::optional<int64_t> space;
    for (size_t i = 0; i < keys.size(); ++i) {
      if (keys[i].table != table || !space) {
        table = keys[i].table;
        space = files_.FindSpace(from, table);
      }
      if (!space) continue;
      read->row.Bind(1, *space).Text(2, keys[i].key);
      if (read->row.Step()) rows[i] = read->row.Bytes(0);
      read->row.Reset();
    }
    read->end.Execute();
    if (files_.drops() != drops) return core::Refuse(StoreDamaged(files_.path()));
    return rows;
  } catch (const sqlite::Failure& failure) {
    return core::Refuse(Failed(failure, drops));
  }
}

Result<std::vector<std::pair<std::string, std::string>>> SqliteJournal::SqliteStore::Scan(
    const StorePartition& from, std::string_view table, std::string_view prefix,
    std::string_view after, size_t limit, const std::optional<std::string>& expected_token) {
  const int64_t drops = files_.drops();
  try {
    std::vector<std::pair<std::string, std::string>> rows;
    Files::Lease read(files_);
    read->begin.Execute();
    const bool guarded = IsHead(read, from, expected_token);
    auto space = files_.FindSpace(from, table);
    if (!guarded || !space) {
      read->end.Execute();
      if (!guarded) return core::Refuse(OwnershipLost(Name(from)));
      return rows;
    }
    read->scan.Bind(1, *space).Text(2, prefix).Text(3, after).Bind(4, static_cast<int64_t>(limit));
    while (read->scan.Step()) {
      std::string key = read->scan.Bytes(0);
      if (!key.starts_with(prefix)) break;
      rows.emplace_back(std::move(key), read->scan.Bytes(1));
    }
    read->scan.Reset();
    read->end.Execute();
    if (files_.drops() != drops) return core::Refuse(StoreDamaged(files_.path()));
    return rows;
  } catch (const sqlite::Failure& failure) {
    return core::Refuse(Failed(failure, drops));
  }
}

Result<void> SqliteJournal::SqliteStore::Clear(const StorePartition& partition) {
  const std::string name = Name(partition);
  cleared_ = true;
  const int64_t drops = files_.drops();
  std::optional<sqlite::Failure> damage;
  auto done = writer_.Run(false, [&](Writer& writer) {
    try {
      writer.ClearPartition(name, writer.files().SpacesOf(partition));
    } catch (const sqlite::Failure& failure) {
      if (failure.damaged()) damage = failure;
      throw;
    }
  });
  if (damage) return core::Refuse(Failed(*damage, drops));
  if (!done) return core::Refuse(done.error());
  return {};
}

// Rows that are damaged are worth nothing, and neither is what one page of them says of the others:
// all are dropped, once, and every owner takes over from the log.
core::Error SqliteJournal::SqliteStore::Failed(const sqlite::Failure& failure, int64_t drops) {
  if (!failure.damaged()) return JournalUnavailable(failure.what());
  cleared_ = true;
  auto dropped = writer_.Run(false, [&](Writer& writer) {
    if (writer.files().drops() == drops) writer.files().DropStore();
  });
  if (!dropped) return JournalCorrupt(files_.path() + ": " + failure.what());
  spdlog::error(
      "{}: rows were damaged ({}); they are dropped and folded anew from the log. See to the disk, "
      "and let `throughline check` read the rest.",
      files_.path(), failure.what());
  return StoreDamaged(files_.path());
}

}  // namespace throughline::runtime
