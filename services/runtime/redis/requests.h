// What the Store asks of a Redis, as requests, and what the replies mean. Functions without state.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

#include "runtime/checked_value.h"
#include "runtime/journal.h"
#include "runtime/redis/connection.h"
#include "runtime/redis/wire.h"

namespace throughline::runtime::redis {

// "service/partition", for messages.
std::string NameOf(const StorePartition& partition);

std::string HeadKey(const StorePartition& partition);
std::string TablesKey(const StorePartition& partition);
std::string RowsKey(const StorePartition& partition, std::string_view table);
std::string IndexKey(const StorePartition& partition, std::string_view table);

// The changes of a commit by table. What a commit says twice of one row, the last time counts.
struct TableChanges {
  std::string_view table;
  std::vector<const decider::RowChange*> put;
  std::vector<const decider::RowChange*> erased;
};
std::vector<TableChanges> ByTable(const std::vector<decider::RowChange>& rows);

// How much a commit is on the wire.
struct CommitSize {
  size_t words = 0;
  size_t bytes = 0;
};
CommitSize SizeOf(const Commit& commit, const std::vector<TableChanges>& tables);

// What is not as it was written, for messages; no key, for it may name a student.
struct Damage {
  std::string what;
};
template <class T>
using Checked = tl::expected<T, Damage>;

// The head goes with its token: either of them damaged is noticed.
Request MakeHead(const StorePartition& of);
Checked<std::optional<std::string>> HeadIn(const StorePartition& of, const Replies& replies);

Request MakeCommit(const Connection& on, const StorePartition& to, const Commit& commit,
                   const std::vector<TableChanges>& tables);

// Rows by key: one step, whatever the tables, after the token when there is a guard.
class LoadRequest {
 public:
  LoadRequest(const StorePartition& from, const std::vector<decider::RowKey>& keys, bool guarded);
  const Request& request() const { return request_; }
  // The head's token, when it was asked for; empty when there is no head.
  std::string Token(const Replies& replies) const;
  Checked<std::vector<std::optional<std::string>>> Rows(const std::vector<decider::RowKey>& keys,
                                                        const Replies& replies) const;

 private:
  struct Part {
    std::string_view table;
    std::vector<size_t> places;  // in the caller's keys
    CheckedPlace kept_at;
  };
  const redisReply* ReplyOf(const Replies& replies, size_t command) const;

  size_t keys_;
  bool guarded_;
  bool together_;  // within MULTI and EXEC
  std::vector<Part> parts_;
  Request request_;
};

struct ScanQuestion {
  std::string_view table, prefix, after;
  size_t limit = 0;
  const std::optional<std::string>& expected_token;
};
Request MakeScan(const Connection& on, const StorePartition& from, const ScanQuestion& question);
// Of a reply with rows.
Checked<std::vector<std::pair<std::string, std::string>>> RowsIn(const StorePartition& from,
                                                                 std::string_view table,
                                                                 const Replies& replies);

// One stretch of a run of indexing.
Request MakeIndex(const Connection& on, const StorePartition& partition, std::string_view table,
                  std::string_view cursor, std::string_view id);

Request MakeClear(const Connection& on, const StorePartition& partition,
                  const std::vector<std::string>& tables);

}  // namespace throughline::runtime::redis
