#include "runtime/redis/redis_store.h"

#include <spdlog/spdlog.h>

#include "runtime/errors.h"
#include "runtime/redis/check.h"
#include "runtime/redis/connecting.h"
#include "runtime/redis/errors.h"

namespace throughline::runtime {

using core::Result;
using redis::Connection;
using redis::ConnectionPool;
using redis::Failure;
using redis::Replies;
using redis::Request;
using redis::TextOf;

namespace {

core::Error Unavailable(const ConnectionPool& pool, const Failure& failure) {
  return JournalUnavailable("Redis at " + pool.place() + ": " + failure.words);
}

bool IsNumber(const Replies& replies, long long number) {
  const redisReply& reply = *replies.front();
  return reply.type == REDIS_REPLY_INTEGER && reply.integer == number;
}

}  // namespace

Result<std::vector<std::unique_ptr<ConnectionPool>>> MakePools(const RedisOptions& options) {
  if (options.addresses.empty()) return core::Refuse(RedisAddressMissing());
  std::vector<redis::Address> addresses;
  std::string all;
  for (const std::string& text : options.addresses) {
    auto address = redis::ParseAddress(text);
    if (!address) return core::Refuse(address.error());
    addresses.push_back(*address);
    all += (all.empty() ? "" : ", ") + text;
  }
  const auto credentials = [options]() -> redis::Attempt<redis::Credentials> {
    return redis::CredentialsOf(options.user, options.password, options.password_file);
  };
  std::vector<std::unique_ptr<ConnectionPool>> pools;
  if (!options.sentinel_master.empty()) {
    pools.push_back(std::make_unique<ConnectionPool>(
        "the master " + options.sentinel_master + " of " + all,
        [addresses, name = options.sentinel_master, credentials, timeout = options.timeout] {
          const auto known = credentials();
          if (!known) return redis::NotConnected(known.error());
          return redis::ConnectToMaster(addresses, name, *known, timeout);
        }));
  } else {
    for (const redis::Address& address : addresses) {
      pools.push_back(std::make_unique<ConnectionPool>(
          address.Text(), [address, credentials, timeout = options.timeout] {
            const auto known = credentials();
            if (!known) return redis::NotConnected(known.error());
            return redis::ConnectTo(address, *known, timeout);
          }));
    }
  }
  return pools;
}

Result<std::unique_ptr<RedisStore>> RedisStore::Open(const RedisOptions& options) {
  auto pools = MakePools(options);
  if (!pools) return core::Refuse(pools.error());
  for (const auto& pool : *pools) {
    if (auto good = redis::Check(*pool); !good) return core::Refuse(good.error());
  }
  std::unique_ptr<RedisStore> store(new RedisStore);
  store->pools_ = *std::move(pools);
  return store;
}

ConnectionPool& RedisStore::PoolOf(const StorePartition& partition) const {
  return *pools_[static_cast<size_t>(partition.partition) % pools_.size()];
}

Result<Replies> RedisStore::Ask(const StorePartition& partition, Repeat repeat,
                                const MakeRequest& make) const {
  ConnectionPool& pool = PoolOf(partition);
  while (true) {
    auto lease = pool.Take();
    if (!lease) return core::Refuse(Unavailable(pool, lease.error()));
    auto replies = (*lease)->Ask(make(**lease));
    if (replies) return std::move(*replies);
    // Whatever it is, it holds for the other connections too: after a failover they all lead to
    // what was the master.
    pool.DropIdle();
    const bool stale = replies.error().what == Failure::What::kClosed && lease->was_idle();
    if (!stale || repeat == Repeat::kNever) {
      return core::Refuse(Unavailable(pool, replies.error()));
    }
    repeat = Repeat::kNever;
  }
}

Result<std::optional<std::string>> RedisStore::Head(const StorePartition& of) {
  auto replies =
      Ask(of, Repeat::kWhenStale, [&](const Connection&) { return redis::MakeHead(of); });
  if (!replies) return core::Refuse(replies.error());
  auto head = redis::HeadIn(of, *replies);
  if (!head) return core::Refuse(Forget(of, head.error()));
  return std::move(*head);
}

Result<void> RedisStore::Apply(const StorePartition& to, const Commit& commit) {
  // What a Redis takes as one command: its limits are 1,048,576 words and a gigabyte unread.
  constexpr size_t kWordsAtMost = 1'000'000, kBytesAtMost = 512u << 20;
  const auto tables = redis::ByTable(commit.rows);
  const redis::CommitSize size = redis::SizeOf(commit, tables);
  if (size.words > kWordsAtMost || size.bytes > kBytesAtMost) {
    return core::Refuse(CommitTooLarge(redis::NameOf(to), commit.rows.size(), size.bytes));
  }
  auto replies = Ask(to, Repeat::kNever, [&](const Connection& on) {
    return redis::MakeCommit(on, to, commit, tables);
  });
  if (!replies) return core::Refuse(replies.error());
  if (!IsNumber(*replies, 1)) return core::Refuse(OwnershipLost(redis::NameOf(to)));
  return {};
}

Result<std::vector<std::optional<std::string>>> RedisStore::Load(
    const StorePartition& from, const std::vector<decider::RowKey>& keys,
    const std::optional<std::string>& expected_token) {
  const redis::LoadRequest load(from, keys, expected_token.has_value());
  if (load.request().commands() == 0) return std::vector<std::optional<std::string>>();
  auto replies = Ask(from, Repeat::kWhenStale, [&](const Connection&) { return load.request(); });
  if (!replies) return core::Refuse(replies.error());
  if (expected_token && load.Token(*replies) != *expected_token) {
    return core::Refuse(OwnershipLost(redis::NameOf(from)));
  }
  auto rows = load.Rows(keys, *replies);
  if (!rows) return core::Refuse(Forget(from, rows.error()));
  return std::move(*rows);
}

Result<std::vector<std::pair<std::string, std::string>>> RedisStore::Scan(
    const StorePartition& from, std::string_view table, std::string_view prefix,
    std::string_view after, size_t limit, const std::optional<std::string>& expected_token) {
  const redis::ScanQuestion question{table, prefix, after, limit, expected_token};
  while (true) {
    auto replies = Ask(from, Repeat::kWhenStale,
                       [&](const Connection& on) { return redis::MakeScan(on, from, question); });
    if (!replies) return core::Refuse(replies.error());
    if (IsNumber(*replies, 0)) return core::Refuse(OwnershipLost(redis::NameOf(from)));
    if (IsNumber(*replies, 1)) {
      if (auto indexed = IndexTable(from, table); !indexed) return core::Refuse(indexed.error());
      continue;
    }
    if (IsNumber(*replies, 2)) {
      return core::Refuse(Forget(from, {"what is said of the table " + std::string(table)}));
    }
    auto rows = redis::RowsIn(from, table, *replies);
    if (!rows) return core::Refuse(Forget(from, rows.error()));
    return std::move(*rows);
  }
}

core::Error RedisStore::Forget(const StorePartition& partition, const redis::Damage& damage) {
  const std::string name = redis::NameOf(partition);
  spdlog::error(
      "Redis at {}: {} of {} is not as it was written, or was written by a version without "
      "checksums. The partition is forgotten and folded anew from the log.",
      PoolOf(partition).place(), damage.what, name);
  if (auto cleared = Clear(partition); !cleared) return cleared.error();
  return StoreDamaged("The store of " + name);
}

Result<void> RedisStore::IndexTable(const StorePartition& partition, std::string_view table) const {
  ConnectionPool& pool = PoolOf(partition);
  auto lease = pool.Take();
  if (!lease) return core::Refuse(Unavailable(pool, lease.error()));
  std::string cursor = "0", id = redis::NewId();
  do {
    auto replies = (*lease)->Ask(redis::MakeIndex(**lease, partition, table, cursor, id));
    if (!replies) {
      pool.DropIdle();
      return core::Refuse(Unavailable(pool, replies.error()));
    }
    const redisReply& reply = *replies->front();
    if (reply.type != REDIS_REPLY_ARRAY || reply.elements != 2) break;
    cursor = TextOf(reply.element[0]);
    id = TextOf(reply.element[1]);
  } while (cursor != "0");
  return {};
}

Result<void> RedisStore::Clear(const StorePartition& partition) {
  while (true) {
    auto listed = Ask(partition, Repeat::kWhenStale, [&](const Connection&) {
      Request request;
      request.Command({"HKEYS", redis::TablesKey(partition)});
      return request;
    });
    if (!listed) return core::Refuse(listed.error());
    std::vector<std::string> tables;
    for (size_t i = 0; i < listed->front()->elements; ++i) {
      tables.emplace_back(TextOf(listed->front()->element[i]));
    }
    auto cleared = Ask(partition, Repeat::kWhenStale, [&](const Connection& on) {
      return redis::MakeClear(on, partition, tables);
    });
    if (!cleared) return core::Refuse(cleared.error());
    if (IsNumber(*cleared, 1)) return {};  // else somebody has begun another table meanwhile
  }
}

}  // namespace throughline::runtime
