// The Store on Redis: a partition is a handful of keys under one hash tag (see scripts.h), a commit
// one script.
//
// Partition p of every service lives on Redis number p modulo how many there are. Naming another
// number of them, or naming them in another order, therefore means an empty or an old store, which
// is rebuilt from the log like any other that was lost.
//
// Rows and heads carry a checksum (runtime/checked_value.h). A partition in which one is not as it
// was written is forgotten, and STORE_DAMAGED; its owner finds it gone and folds it from the log.
//
// A commit is never sent twice: when its reply does not come, it may have been done. Reads are, on
// a connection that broke while it was idle. Thread-safe. Redis 7 or later.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "runtime/journal.h"
#include "runtime/redis/connection_pool.h"
#include "runtime/redis/requests.h"

namespace throughline::runtime {

struct RedisOptions {
  // host:port. Each is a Redis that gets its share of the partitions; or, when `sentinel_master` is
  // set, a Sentinel, and the master of that name, looked up at every connect, has all of them.
  std::vector<std::string> addresses{};
  std::string sentinel_master{};
  std::string user{};      // empty: the default user
  std::string password{};  // empty: none is presented
  // A file with the password instead, read again at every connect: it may be changed meanwhile.
  std::string password_file{};
  // How long a Redis may say nothing.
  std::chrono::milliseconds timeout{2000};
};

// The ways to each Redis; none is connected yet. The errors are sentences for the operator.
core::Result<std::vector<std::unique_ptr<redis::ConnectionPool>>> MakePools(
    const RedisOptions& options);

class RedisStore : public Store {
 public:
  // Waits for nothing: every Redis must answer now, keep what it is given (noeviction), and let the
  // user do what a store does. An error is a sentence for the operator.
  static core::Result<std::unique_ptr<RedisStore>> Open(const RedisOptions& options);

  core::Result<std::optional<std::string>> Head(const StorePartition& of) override;
  core::Result<void> Apply(const StorePartition& to, const Commit& commit) override;
  core::Result<std::vector<std::optional<std::string>>> Load(
      const StorePartition& from, const std::vector<decider::RowKey>& keys,
      const std::optional<std::string>& expected_token = {}) override;
  core::Result<std::vector<std::pair<std::string, std::string>>> Scan(
      const StorePartition& from, std::string_view table, std::string_view prefix,
      std::string_view after, size_t limit,
      const std::optional<std::string>& expected_token = {}) override;
  bool IsVolatile() const override { return true; }
  core::Result<void> Clear(const StorePartition& partition) override;

 private:
  enum class Repeat { kNever, kWhenStale };
  // Scripts have names that their connection knows, so a request is made for a connection.
  using MakeRequest = std::function<redis::Request(const redis::Connection&)>;

  RedisStore() = default;
  redis::ConnectionPool& PoolOf(const StorePartition& partition) const;
  core::Result<redis::Replies> Ask(const StorePartition& partition, Repeat repeat,
                                   const MakeRequest& make) const;
  // What is damaged counts as lost.
  core::Error Forget(const StorePartition& partition, const redis::Damage& damage);
  core::Result<void> IndexTable(const StorePartition& partition, std::string_view table) const;

  std::vector<std::unique_ptr<redis::ConnectionPool>> pools_;
};

}  // namespace throughline::runtime
