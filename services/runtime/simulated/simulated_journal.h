// The journal in memory, for tests: the same two ports, with faults on demand.
//
// A fault is decided at each call by the test's own function, so a seed replays exactly. Rolling
// back, wiping, tearing and flipping bytes happen at once, whatever the owners are doing.
// Thread-safe.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "runtime/journal.h"

namespace throughline::runtime {

enum class Fault {
  kNone,
  kFailBefore,  // nothing happened, and an error
  kFailAfter,   // it happened, and an error
  kTear,        // Append: only the first records are written, and an error
};

class SimulatedLog : public Log {
 public:
  // Asked at every Append; null: no faults.
  std::function<Fault(const AppendTo&)> fault;

  core::Result<std::vector<Stretch>> Append(const std::vector<AppendTo>& batches) override;
  core::Result<std::vector<StoredRecord>> Read(const TopicPartition& from, int64_t offset,
                                               size_t max_records, size_t max_bytes) override;
  core::Result<int64_t> End(const TopicPartition& of) override;
  int Listen(std::function<void(const TopicPartition&)> wake) override;
  void Unlisten(int listener) override;

  // Changes a byte of the value of a record.
  void FlipByte(const TopicPartition& of, int64_t offset);
  // Every record there is, for checkers.
  std::map<TopicPartition, std::vector<Record>> Everything() const;

 private:
  mutable std::mutex mutex_;
  std::map<TopicPartition, std::vector<Record>> records_;
  std::map<int, std::function<void(const TopicPartition&)>> listeners_;
  int next_listener_ = 1;
};

class SimulatedStore : public Store {
 public:
  // Asked at every Apply; null: no faults.
  std::function<Fault(const StorePartition&)> fault;

  core::Result<std::optional<std::string>> Head(const StorePartition& of) override;
  core::Result<void> Apply(const StorePartition& to, const Commit& commit) override;
  core::Result<std::vector<std::optional<std::string>>> Load(
      const StorePartition& from, const std::vector<decider::RowKey>& keys,
      const std::optional<std::string>& expected_token) override;
  core::Result<std::vector<std::pair<std::string, std::string>>> Scan(
      const StorePartition& from, std::string_view table, std::string_view prefix,
      std::string_view after, size_t limit,
      const std::optional<std::string>& expected_token) override;
  core::Result<void> Clear(const StorePartition& partition) override;

  // A copy of everything, and back to it: the rollback of a failover.
  struct Copy;
  std::shared_ptr<const Copy> Remember() const;
  void RollBack(const Copy& copy);
  void Wipe();
  // Changes one byte of one row or head that is kept, which one and how as `random` says; nullopt:
  // nothing is kept. Returns whose it was.
  std::optional<StorePartition> FlipByte(uint64_t random);
  // Changes a byte of this row; false: there is none.
  bool FlipByte(const StorePartition& of, const decider::RowKey& row);
  // Reads everything, as somebody would sooner or later. True: something was damaged, and its
  // partition is forgotten.
  bool ReadEverything();
  // The rows of a partition, without the runtime's own tables.
  std::map<decider::RowKey, std::string> RowsOf(const StorePartition& of) const;

 private:
  struct Kept {
    std::string token;
    std::string head;                             // with its checksum
    std::map<decider::RowKey, std::string> rows;  // the same
  };
  // Forgets the partition, for what was read of it is damaged.
  core::Error Forget(const StorePartition& partition);
  mutable std::mutex mutex_;
  std::map<StorePartition, Kept> partitions_;
};

struct SimulatedStore::Copy {
  std::map<StorePartition, Kept> partitions;
};

}  // namespace throughline::runtime
