#include "runtime/embedded/sqlite_store.h"

#include "runtime/errors.h"

namespace throughline::runtime {

using core::Result;

namespace {

std::string Name(const StorePartition& partition) {
  return partition.service + "/" + std::to_string(partition.partition);
}

}  // namespace

Result<std::optional<std::string>> SqliteJournal::SqliteStore::Head(const StorePartition& of) {
  try {
    Files::Lease read(files_);
    const std::string name = Name(of);
    read->head.Text(1, name);
    std::optional<std::string> head;
    if (read->head.Step()) head = read->head.Bytes(0);
    read->head.Reset();
    return head;
  } catch (const sqlite::Failure& failure) {
    return core::Refuse(JournalUnavailable(failure.what()));
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

Result<bool> SqliteJournal::SqliteStore::Apply(const StorePartition& to, const Commit& commit) {
  const std::string name = Name(to);
  bool refused = false;
  auto write = [&](Writer& writer) {
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
  auto done = writer_.Run(false, write);
  if (!done) return done;
  if (refused) return core::Refuse(OwnershipLost(name));
  return true;
}

Result<std::vector<std::optional<std::string>>> SqliteJournal::SqliteStore::Load(
    const StorePartition& from, const std::vector<decider::RowKey>& keys,
    const std::optional<std::string>& expected_token) {
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
    return rows;
  } catch (const sqlite::Failure& failure) {
    return core::Refuse(JournalUnavailable(failure.what()));
  }
}

Result<std::vector<std::pair<std::string, std::string>>> SqliteJournal::SqliteStore::Scan(
    const StorePartition& from, std::string_view table, std::string_view prefix,
    std::string_view after, size_t limit, const std::optional<std::string>& expected_token) {
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
    return rows;
  } catch (const sqlite::Failure& failure) {
    return core::Refuse(JournalUnavailable(failure.what()));
  }
}

Result<bool> SqliteJournal::SqliteStore::Clear(const StorePartition& partition) {
  const std::string name = Name(partition);
  cleared_ = true;
  return writer_.Run(false, [&](Writer& writer) {
    writer.ClearPartition(name, writer.files().SpacesOf(partition));
  });
}

}  // namespace throughline::runtime
