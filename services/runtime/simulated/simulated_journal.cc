#include "runtime/simulated/simulated_journal.h"

#include "runtime/errors.h"

namespace throughline::runtime {

using core::Result;

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

std::map<TopicPartition, std::vector<Record>> SimulatedLog::Everything() const {
  std::lock_guard lock(mutex_);
  return records_;
}

Result<std::optional<std::string>> SimulatedStore::Head(const StorePartition& of) {
  std::lock_guard lock(mutex_);
  auto kept = partitions_.find(of);
  if (kept == partitions_.end() || kept->second.token.empty()) return std::optional<std::string>();
  return std::optional<std::string>(kept->second.head);
}

Result<bool> SimulatedStore::Apply(const StorePartition& to, const Commit& commit) {
  std::lock_guard lock(mutex_);
  const Fault what = fault ? fault(to) : Fault::kNone;
  if (what == Fault::kFailBefore || what == Fault::kTear) {
    return core::Refuse(JournalUnavailable("commit failed"));
  }
  Kept& kept = partitions_[to];
  if (kept.token != commit.expected_token) {
    return core::Refuse(OwnershipLost(to.service + "/" + std::to_string(to.partition)));
  }
  for (const decider::RowChange& change : commit.rows) {
    if (change.value) {
      kept.rows[change.row] = *change.value;
    } else {
      kept.rows.erase(change.row);
    }
  }
  kept.token = commit.token;
  kept.head = commit.head;
  if (what == Fault::kFailAfter) return core::Refuse(JournalUnavailable("commit timed out"));
  return true;
}

Result<std::vector<std::optional<std::string>>> SimulatedStore::Load(
    const StorePartition& from, const std::vector<decider::RowKey>& keys,
    const std::optional<std::string>& expected_token) {
  std::lock_guard lock(mutex_);
  if (expected_token && partitions_[from].token != *expected_token) {
    return core::Refuse(OwnershipLost(from.service + "/" + std::to_string(from.partition)));
  }
  std::vector<std::optional<std::string>> rows;
  const auto& kept = partitions_[from].rows;
  for (const decider::RowKey& key : keys) {
    auto row = kept.find(key);
    rows.push_back(row == kept.end() ? std::nullopt : std::optional<std::string>(row->second));
  }
  return rows;
}

Result<std::vector<std::pair<std::string, std::string>>> SimulatedStore::Scan(
    const StorePartition& from, std::string_view table, std::string_view prefix,
    std::string_view after, size_t limit, const std::optional<std::string>& expected_token) {
  std::lock_guard lock(mutex_);
  if (expected_token && partitions_[from].token != *expected_token) {
    return core::Refuse(OwnershipLost(from.service + "/" + std::to_string(from.partition)));
  }
  std::vector<std::pair<std::string, std::string>> rows;
  const auto& kept = partitions_[from].rows;
  const std::string_view first = std::max(prefix, after);
  for (auto row = kept.lower_bound({std::string(table), std::string(first)});
       row != kept.end() && rows.size() < limit; ++row) {
    if (row->first.table != table) break;
    if (row->first.key <= after && !after.empty()) continue;
    if (!row->first.key.starts_with(prefix)) break;
    rows.emplace_back(row->first.key, row->second);
  }
  return rows;
}

Result<bool> SimulatedStore::Clear(const StorePartition& partition) {
  std::lock_guard lock(mutex_);
  partitions_.erase(partition);
  return true;
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

std::map<decider::RowKey, std::string> SimulatedStore::RowsOf(const StorePartition& of) const {
  std::lock_guard lock(mutex_);
  std::map<decider::RowKey, std::string> rows;
  auto kept = partitions_.find(of);
  if (kept == partitions_.end()) return rows;
  for (const auto& [key, value] : kept->second.rows) {
    if (!key.table.starts_with("_") || key.table == "_timer") rows[key] = value;
  }
  return rows;
}

}  // namespace throughline::runtime
