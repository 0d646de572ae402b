#include "runtime/simulated/simulated_journal.h"

#include "runtime/checked_value.h"
#include "runtime/errors.h"

namespace throughline::runtime {

using core::Result;

namespace {

std::string NameOf(const StorePartition& partition) {
  return partition.service + "/" + std::to_string(partition.partition);
}

CheckedPlace HeadOf(const StorePartition& partition) {
  return CheckedPlace(NameOf(partition) + " head");
}

CheckedPlace TableOf(const StorePartition& partition, std::string_view table) {
  return CheckedPlace(NameOf(partition) + " row " + std::string(table));
}

std::string WithChecksum(const CheckedPlace& place, std::string_view key,
                         const std::string& value) {
  return value + std::string(BytesOf(place.ChecksumOf(key, value)));
}

}  // namespace

Result<std::vector<Stretch>> SimulatedLog::Append(const std::vector<AppendTo>& batches) {
  std::vector<Stretch> stretches;
  std::vector<std::function<void(const TopicPartition&)>> listeners;
  std::optional<std::string> failed;
  {
    std::lock_guard lock(mutex_);
    for (const AppendTo& batch : batches) {
      const Fault what = fault ? fault(batch) : Fault::kNone;
      if (what == Fault::kFailBefore) {
        failed = "append failed";
        break;
      }
      std::vector<Record>& records = records_[batch.to];
      const auto first = static_cast<int64_t>(records.size());
      const size_t count = what == Fault::kTear ? batch.records.size() / 2 : batch.records.size();
      records.insert(records.end(), batch.records.begin(), batch.records.begin() + count);
      stretches.push_back({first, static_cast<int64_t>(records.size())});
      if (what != Fault::kNone) {
        failed = "append timed out";
        break;
      }
    }
    for (const auto& [id, wake] : listeners_) listeners.push_back(wake);
  }
  for (const auto& wake : listeners) {
    for (const AppendTo& batch : batches) wake(batch.to);
  }
  if (failed) return core::Refuse(JournalUnavailable(*failed));
  return stretches;
}

Result<std::vector<StoredRecord>> SimulatedLog::Read(const TopicPartition& from, int64_t offset,
                                                     size_t max_records, size_t max_bytes) {
  std::lock_guard lock(mutex_);
  std::vector<StoredRecord> read;
  const std::vector<Record>& records = records_[from];
  size_t bytes = 0;
  for (size_t i = offset; i < records.size() && read.size() < max_records; ++i) {
    bytes += records[i].headers.size() + records[i].value.size();
    if (bytes > max_bytes && !read.empty()) break;
    read.push_back({static_cast<int64_t>(i), records[i]});
  }
  return read;
}

Result<int64_t> SimulatedLog::End(const TopicPartition& of) {
  std::lock_guard lock(mutex_);
  return static_cast<int64_t>(records_[of].size());
}

int SimulatedLog::Listen(std::function<void(const TopicPartition&)> wake) {
  std::lock_guard lock(mutex_);
  listeners_[next_listener_] = std::move(wake);
  return next_listener_++;
}

void SimulatedLog::Unlisten(int listener) {
  std::lock_guard lock(mutex_);
  listeners_.erase(listener);
}

void SimulatedLog::FlipByte(const TopicPartition& of, int64_t offset) {
  std::lock_guard lock(mutex_);
  char& byte = records_.at(of).at(static_cast<size_t>(offset)).value.back();
  byte = static_cast<char>(byte ^ 1);
}

std::map<TopicPartition, std::vector<Record>> SimulatedLog::Everything() const {
  std::lock_guard lock(mutex_);
  return records_;
}

Result<std::optional<std::string>> SimulatedStore::Head(const StorePartition& of) {
  std::lock_guard lock(mutex_);
  auto kept = partitions_.find(of);
  if (kept == partitions_.end() || kept->second.token.empty()) return std::optional<std::string>();
  const auto head = HeadOf(of).ValueOf(kept->second.token, kept->second.head);
  if (!head) return core::Refuse(Forget(of));
  return std::optional<std::string>(*head);
}

Result<void> SimulatedStore::Apply(const StorePartition& to, const Commit& commit) {
  std::lock_guard lock(mutex_);
  const Fault what = fault ? fault(to) : Fault::kNone;
  if (what == Fault::kFailBefore || what == Fault::kTear) {
    return core::Refuse(JournalUnavailable("commit failed"));
  }
  Kept& kept = partitions_[to];
  if (kept.token != commit.expected_token) {
    return core::Refuse(OwnershipLost(NameOf(to)));
  }
  for (const decider::RowChange& change : commit.rows) {
    if (change.value) {
      kept.rows[change.row] =
          WithChecksum(TableOf(to, change.row.table), change.row.key, *change.value);
    } else {
      kept.rows.erase(change.row);
    }
  }
  kept.token = commit.token;
  kept.head = WithChecksum(HeadOf(to), commit.token, commit.head);
  if (what == Fault::kFailAfter) return core::Refuse(JournalUnavailable("commit timed out"));
  return {};
}

Result<std::vector<std::optional<std::string>>> SimulatedStore::Load(
    const StorePartition& from, const std::vector<decider::RowKey>& keys,
    const std::optional<std::string>& expected_token) {
  std::lock_guard lock(mutex_);
  if (expected_token && partitions_[from].token != *expected_token) {
    return core::Refuse(OwnershipLost(NameOf(from)));
  }
  std::vector<std::optional<std::string>> rows;
  const auto& kept = partitions_[from].rows;
  for (const decider::RowKey& key : keys) {
    auto row = kept.find(key);
    if (row == kept.end()) {
      rows.emplace_back();
      continue;
    }
    const auto value = TableOf(from, key.table).ValueOf(key.key, row->second);
    if (!value) return core::Refuse(Forget(from));
    rows.emplace_back(*value);
  }
  return rows;
}

Result<std::vector<std::pair<std::string, std::string>>> SimulatedStore::Scan(
    const StorePartition& from, std::string_view table, std::string_view prefix,
    std::string_view after, size_t limit, const std::optional<std::string>& expected_token) {
  std::lock_guard lock(mutex_);
  if (expected_token && partitions_[from].token != *expected_token) {
    return core::Refuse(OwnershipLost(NameOf(from)));
  }
  std::vector<std::pair<std::string, std::string>> rows;
  const auto& kept = partitions_[from].rows;
  const std::string_view first = std::max(prefix, after);
  const CheckedPlace place = TableOf(from, table);
  for (auto row = kept.lower_bound({std::string(table), std::string(first)});
       row != kept.end() && rows.size() < limit; ++row) {
    if (row->first.table != table) break;
    if (row->first.key <= after && !after.empty()) continue;
    if (!row->first.key.starts_with(prefix)) break;
    const auto value = place.ValueOf(row->first.key, row->second);
    if (!value) return core::Refuse(Forget(from));
    rows.emplace_back(row->first.key, *value);
  }
  return rows;
}

Result<void> SimulatedStore::Clear(const StorePartition& partition) {
  std::lock_guard lock(mutex_);
  partitions_.erase(partition);
  return {};
}

std::shared_ptr<const SimulatedStore::Copy> SimulatedStore::Remember() const {
  std::lock_guard lock(mutex_);
  return std::make_shared<Copy>(Copy{partitions_});
}

void SimulatedStore::RollBack(const Copy& copy) {
  std::lock_guard lock(mutex_);
  partitions_ = copy.partitions;
}

void SimulatedStore::Wipe() {
  std::lock_guard lock(mutex_);
  partitions_.clear();
}

core::Error SimulatedStore::Forget(const StorePartition& partition) {
  partitions_.erase(partition);
  return StoreDamaged("The store of " + NameOf(partition));
}

std::optional<StorePartition> SimulatedStore::FlipByte(uint64_t random) {
  std::lock_guard lock(mutex_);
  std::vector<std::pair<const StorePartition*, std::string*>> all;
  for (auto& [partition, kept] : partitions_) {
    if (!kept.token.empty()) all.emplace_back(&partition, &kept.head);
    for (auto& [row, value] : kept.rows) all.emplace_back(&partition, &value);
  }
  if (all.empty()) return std::nullopt;
  const auto [partition, bytes] = all[random % all.size()];
  random /= all.size();
  char& byte = (*bytes)[random % bytes->size()];
  byte = static_cast<char>(byte ^ static_cast<char>(1 + random / bytes->size() % 255));
  return *partition;
}

bool SimulatedStore::FlipByte(const StorePartition& of, const decider::RowKey& row) {
  std::lock_guard lock(mutex_);
  const auto kept = partitions_.find(of);
  if (kept == partitions_.end()) return false;
  const auto value = kept->second.rows.find(row);
  if (value == kept->second.rows.end()) return false;
  value->second.front() = static_cast<char>(value->second.front() ^ 1);
  return true;
}

bool SimulatedStore::ReadEverything() {
  std::lock_guard lock(mutex_);
  std::vector<StorePartition> damaged;
  for (const auto& [partition, kept] : partitions_) {
    bool good = kept.token.empty() || HeadOf(partition).ValueOf(kept.token, kept.head);
    for (const auto& [row, value] : kept.rows) {
      good = good && TableOf(partition, row.table).ValueOf(row.key, value);
    }
    if (!good) damaged.push_back(partition);
  }
  for (const StorePartition& partition : damaged) partitions_.erase(partition);
  return !damaged.empty();
}

std::map<decider::RowKey, std::string> SimulatedStore::RowsOf(const StorePartition& of) const {
  std::lock_guard lock(mutex_);
  std::map<decider::RowKey, std::string> rows;
  auto kept = partitions_.find(of);
  if (kept == partitions_.end()) return rows;
  for (const auto& [key, value] : kept->second.rows) {
    if (key.table.starts_with("_") && key.table != "_timer") continue;
    const auto checked = TableOf(of, key.table).ValueOf(key.key, value);
    rows[key] = checked ? std::string(*checked) : "damaged";
  }
  return rows;
}

}  // namespace throughline::runtime
