// The journal seam: a Log that is the truth and a Store that is a cache of its fold.
//
// Everything the runtime keeps goes through these two ports. An adapter promises exactly what is
// written here, and `tests/contract` holds every adapter to it:
//
//   Log    Records of one topic and partition have dense offsets from 0. Append returns after the
//          records are durable and in their order; records that others append meanwhile, from
//          this process too, may be interleaved. The caller learns the stretch that they are
//          in. A failed Append may have written a prefix.
//          What has been read once is read again, the same, at the same offset; only an inbox
//          forgets what is older than its retention, and then gives the first that it still has.
//   Store  One commit is atomic and is refused when the head is not the expected one. A Store may
//          lose its last commits, or everything; never half of one. What is damaged counts as lost.
//
// Both are thread-safe. Calls block until done. An error means "not known to have happened".
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "decider/state.h"
#include "runtime/ownership.h"

namespace throughline::runtime {

struct TopicPartition {
  std::string topic;
  int32_t partition = 0;
  auto operator<=>(const TopicPartition&) const = default;
};

// `headers` is a serialized runtime.v1.Envelope; `value` the bytes of the message it names.
struct Record {
  std::string headers;
  std::string value;
};

struct StoredRecord {
  int64_t offset = 0;
  Record record;
};

// Where appended records stand: the first of them at `first`, the last just before `end`. Longer
// than there are records when others stand in between.
struct Stretch {
  int64_t first = 0;
  int64_t end = 0;
  bool operator==(const Stretch&) const = default;
};

struct AppendTo {
  TopicPartition to;
  std::vector<Record> records;  // not empty
};

// Records, for whoever reads a log from far back, beside those who follow what comes.
class RecordReader {
 public:
  virtual ~RecordReader() = default;
  // As Log::Read, without getting in the way of those who read there.
  virtual core::Result<std::vector<StoredRecord>> ReadHistory(const TopicPartition& from,
                                                              int64_t offset, size_t max_records,
                                                              size_t max_bytes) = 0;
};

class Log : public RecordReader {
 public:
  // Durable on return. Returns where each batch stands. Batches to different partitions are
  // independent: after an error any of them may have been written.
  virtual core::Result<std::vector<Stretch>> Append(const std::vector<AppendTo>& batches) = 0;
  // The same for one batch, without waiting: `done` is called once, on any thread or before this
  // returns. It must return at once.
  using Appended = std::function<void(core::Result<Stretch> at)>;
  virtual void AppendAsync(AppendTo batch, Appended done) {
    auto at = Append({std::move(batch)});
    done(at ? core::Result<Stretch>(at->front()) : core::Refuse(at.error()));
  }
  // Records from `offset` on, at most `max_records` and about `max_bytes` (always one if there is
  // one). Empty at the end.
  virtual core::Result<std::vector<StoredRecord>> Read(const TopicPartition& from, int64_t offset,
                                                       size_t max_records, size_t max_bytes) = 0;
  core::Result<std::vector<StoredRecord>> ReadHistory(const TopicPartition& from, int64_t offset,
                                                      size_t max_records,
                                                      size_t max_bytes) override {
    return Read(from, offset, max_records, max_bytes);
  }
  // The offset that the next record will get. Cheap.
  virtual core::Result<int64_t> End(const TopicPartition& of) = 0;
  // Another process says that there are records up to `end`: readers here are to see them too.
  virtual void Expect(const TopicPartition& /*of*/, int64_t /*end*/) {}
  // Calls `wake` after records were appended, on any thread; it must return at once. Records that
  // another process appended are noticed for a minute after the last use of their topic partition
  // here: look again by then. Returns a number to Unlisten with; after Unlisten returns, `wake` is
  // not called any more.
  virtual int Listen(std::function<void(const TopicPartition&)> wake) = 0;
  virtual void Unlisten(int listener) = 0;
};

// One atomic step of a partition.
struct Commit {
  std::string expected_token;  // of the head it starts from; empty: there is no head yet
  std::string head;            // serialized runtime.v1.Head with the new token
  std::string token;
  std::vector<decider::RowChange> rows;
};

// Which partition of which service.
struct StorePartition {
  std::string service;
  int32_t partition = 0;
  auto operator<=>(const StorePartition&) const = default;
};

// Committed rows, as queries read them.
class RowReader {
 public:
  virtual ~RowReader() = default;
  // Rows in the order of `keys`; nullopt where there is none. With a guard: ABORTED, in the same
  // atomic read, when the head's token is not that one (empty: there is no head), so that an owner
  // never sees rows of a state that is not the one it started from.
  virtual core::Result<std::vector<std::optional<std::string>>> Load(
      const StorePartition& from, const std::vector<decider::RowKey>& keys,
      const std::optional<std::string>& expected_token = {}) = 0;
  // Rows of `table` with keys that start with `prefix` and are greater than `after`, in key order,
  // at most `limit`. The guard is that of Load.
  virtual core::Result<std::vector<std::pair<std::string, std::string>>> Scan(
      const StorePartition& from, std::string_view table, std::string_view prefix,
      std::string_view after, size_t limit,
      const std::optional<std::string>& expected_token = {}) = 0;
  // Whether it may lose what it holds while nobody here does anything. Then a reader looks whether
  // the partition is whole before it believes that a row is not there.
  virtual bool IsVolatile() const { return false; }
};

class Store : public RowReader {
 public:
  // The serialized head; nullopt when the partition was never committed, or was lost.
  virtual core::Result<std::optional<std::string>> Head(const StorePartition& of) = 0;
  // ABORTED when the head's token is not the expected one: another owner has been there.
  virtual core::Result<void> Apply(const StorePartition& to, const Commit& commit) = 0;
  // Forgets the partition: for an owner that found the store to disagree with the log.
  virtual core::Result<void> Clear(const StorePartition& partition) = 0;
};

// A log and a store that belong together, and how replicas share the partitions on them.
class Journal {
 public:
  virtual ~Journal() = default;
  virtual Log& log() = 0;
  virtual Store& store() = 0;
  // This process's share of a service's partitions; the journal must outlive it.
  virtual core::Result<std::unique_ptr<Ownership>> Share(const std::string& service,
                                                         int32_t partitions) = 0;
  // That it cannot be written now, or soon will not be, a sentence each that anybody may read: no
  // path, no address; empty when all is well.
  // Thread-safe, and returns at once.
  virtual std::vector<std::string> HealthIssues() { return {}; }
  // On the way out: calls that wait for something that does not come end with an error.
  virtual void Interrupt() {}
};

}  // namespace throughline::runtime
