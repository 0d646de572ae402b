#include "runtime/embedded/sqlite_log.h"

#include "runtime/errors.h"

namespace throughline::runtime {

using core::Result;

namespace {
constexpr size_t kTailBytes = 256 << 10;
}  // namespace

int64_t SqliteJournal::SqliteLog::LookUpEnd(const TopicPartition& of) {
  {
    std::lock_guard lock(mutex_);
    Tail& tail = tails_[of];
    if (tail.end >= 0) return tail.end;
  }
  int64_t end = 0;
  const int64_t first = files_.FirstRecord(of);
  if (first >= 0) {
    Files::Lease read(files_);
    read->last.Bind(1, first).Bind(2, first + sqlite::kOffsets);
    if (read->last.Step()) end = read->last.Int(0) - first + 1;
    read->last.Reset();
  }
  std::lock_guard lock(mutex_);
  Tail& tail = tails_[of];
  if (tail.end < 0) tail.end = end;  // an append may have been quicker
  return tail.end;
}

int64_t& SqliteJournal::SqliteLog::WrittenEnd(Writer& writer, const TopicPartition& of) {
  if (written_rollbacks_ != writer.rollbacks()) {
    written_rollbacks_ = writer.rollbacks();
    written_.clear();
  }
  auto [end, added] = written_.try_emplace(of, 0);
  if (added) end->second = LookUpEnd(of);
  return end->second;
}

Result<std::vector<Stretch>> SqliteJournal::SqliteLog::Append(
    const std::vector<AppendTo>& batches) {
  std::vector<Stretch> stretches(batches.size());
  auto write = [&](Writer& writer) {
    for (size_t i = 0; i < batches.size(); ++i) {
      const AppendTo& batch = batches[i];
      writer.files().MakeTopic(batch.to.topic);
      const int64_t base = writer.files().FirstRecord(batch.to);
      int64_t& end = WrittenEnd(writer, batch.to);
      stretches[i].first = end;
      for (const Record& record : batch.records) writer.InsertRecord(base + end++, record);
      stretches[i].end = end;
    }
  };
  auto after = [&] {
    for (size_t i = 0; i < batches.size(); ++i) Remember(batches[i], stretches[i].first);
    std::shared_lock lock(listeners_mutex_);
    for (const auto& [id, wake] : listeners_) {
      for (const AppendTo& batch : batches) wake(batch.to);
    }
  };
  auto done = writer_.Run(true, write, after);
  if (!done) return core::Refuse(done.error());
  return stretches;
}

void SqliteJournal::SqliteLog::Remember(const AppendTo& batch, int64_t first) {
  std::lock_guard lock(mutex_);
  Tail& tail = tails_[batch.to];
  for (const Record& record : batch.records) {
    tail.bytes += record.headers.size() + record.value.size();
    tail.records.push_back({first++, record});
  }
  tail.end = first;
  while (tail.bytes > kTailBytes && tail.records.size() > 1) {
    const Record& oldest = tail.records.front().record;
    tail.bytes -= oldest.headers.size() + oldest.value.size();
    tail.records.pop_front();
  }
}

bool SqliteJournal::SqliteLog::ReadTail(const TopicPartition& from, int64_t offset,
                                        size_t max_records, size_t max_bytes,
                                        std::vector<StoredRecord>& records) {
  std::lock_guard lock(mutex_);
  const Tail& tail = tails_[from];
  if (tail.records.empty() || offset < tail.records.front().offset) return false;
  size_t bytes = 0;
  for (size_t i = offset - tail.records.front().offset; i < tail.records.size(); ++i) {
    const StoredRecord& stored = tail.records[i];
    bytes += stored.record.headers.size() + stored.record.value.size();
    if (records.size() == max_records || (bytes > max_bytes && !records.empty())) break;
    records.push_back(stored);
  }
  return true;
}

// A damaged record stops its readers, and the error says where it is: nothing after it is read.
core::Error SqliteJournal::SqliteLog::Failed(const sqlite::Failure& failure,
                                             const TopicPartition& of, int64_t offset) {
  if (!failure.damaged()) return JournalUnavailable(failure.what());
  return JournalCorrupt(of.topic + ", partition " + std::to_string(of.partition) +
                        ", from offset " + std::to_string(offset) + " on: " + failure.what() +
                        ". Nothing is taken past it. `throughline check` says what else is "
                        "damaged; `throughline restore` brings a backup back");
}

Result<std::vector<StoredRecord>> SqliteJournal::SqliteLog::Read(const TopicPartition& from,
                                                                 int64_t offset, size_t max_records,
                                                                 size_t max_bytes) {
  std::vector<StoredRecord> records;
  try {
    if (offset >= LookUpEnd(from)) return records;
    if (ReadTail(from, offset, max_records, max_bytes, records)) return records;
    const int64_t base = files_.FirstRecord(from);
    Files::Lease read(files_);
    read->records.Bind(1, base + offset)
        .Bind(2, base + sqlite::kOffsets)
        .Bind(3, static_cast<int64_t>(max_records));
    size_t bytes = 0;
    while (read->records.Step()) {
      StoredRecord stored{read->records.Int(0) - base,
                          {read->records.Bytes(1), read->records.Bytes(2)}};
      bytes += stored.record.headers.size() + stored.record.value.size();
      if (bytes > max_bytes && !records.empty()) break;
      records.push_back(std::move(stored));
    }
    read->records.Reset();
    return records;
  } catch (const sqlite::Failure& failure) {
    // What is before the damage is good.
    if (failure.damaged() && !records.empty()) return records;
    return core::Refuse(Failed(failure, from, offset));
  }
}

Result<int64_t> SqliteJournal::SqliteLog::End(const TopicPartition& of) {
  try {
    return LookUpEnd(of);
  } catch (const sqlite::Failure& failure) {
    return core::Refuse(Failed(failure, of, 0));
  }
}

int SqliteJournal::SqliteLog::Listen(std::function<void(const TopicPartition&)> wake) {
  std::unique_lock lock(listeners_mutex_);
  listeners_[next_listener_] = std::move(wake);
  return next_listener_++;
}

void SqliteJournal::SqliteLog::Unlisten(int listener) {
  std::unique_lock lock(listeners_mutex_);
  listeners_.erase(listener);
}

}  // namespace throughline::runtime
