// What only a Store on Redis has to promise: what it asks of its Redises, and that it goes on when
// they die, are emptied, or fail over.
#include "runtime/redis/redis_store.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <fstream>
#include <thread>

#include "redis_server.h"

namespace throughline::runtime {
namespace {

const StorePartition kPlace{"service", 3};

RedisOptions On(const RedisServer& server) {
  return {.addresses = {server.address()}, .timeout = std::chrono::seconds(20)};
}

core::Result<void> Commits(Store& store, const std::string& expected, const std::string& token,
                           std::vector<decider::RowChange> rows = {},
                           const StorePartition& place = kPlace) {
  return store.Apply(place, {expected, "head of " + token, token, std::move(rows)});
}

std::string ReasonOf(const core::Result<void>& done) { return done ? "" : done.error().reason; }

TEST(RedisStore, IsRefusedWithASentenceWhenItsAddressIsWrong) {
  for (const char* address : {"", "host", "host:", ":6379", "host:65536", "host:12x", "::1:6379"}) {
    auto store = RedisStore::Open({.addresses = {address}});
    ASSERT_FALSE(store) << address;
    EXPECT_EQ(store.error().reason, "REDIS_ADDRESS_INVALID");
  }
  EXPECT_EQ(RedisStore::Open({}).error().reason, "REDIS_ADDRESS_MISSING");
}

TEST(RedisStore, IsRefusedAtOnceWhenNobodyIsThere) {
  RedisServer server;
  server.Kill();
  auto store = RedisStore::Open(On(server));
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().reason, "REDIS_UNUSABLE");
  EXPECT_NE(store.error().message.find(server.address()), std::string::npos);
  EXPECT_NE(store.error().message.find("Connection refused"), std::string::npos);
}

TEST(RedisStore, IsRefusedARedisThatDropsKeys) {
  RedisServer server({"maxmemory-policy allkeys-lru"});
  auto store = RedisStore::Open(On(server));
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().reason, "REDIS_EVICTS");
  EXPECT_NE(store.error().message.find("allkeys-lru"), std::string::npos);
  EXPECT_NE(store.error().message.find("noeviction"), std::string::npos);
}

// The rights are those of deploy/redis/README.md.
TEST(RedisStore, NeedsAUserWithFewRights) {
  RedisServer server;
  server.Say({"ACL",    "SETUSER",      "throughline", "on",           ">secret", "~tl:*",
              "+info",  "+script|load", "+evalsha",    "+multi",       "+exec",   "+hget",
              "+hset",  "+hmget",       "+hdel",       "+hkeys",       "+hlen",   "+hexists",
              "+hscan", "+zadd",        "+zrem",       "+zrangebylex", "+unlink", "+role"});
  RedisOptions options = On(server);
  options.user = "throughline";
  options.password = "secret";
  auto store = RedisStore::Open(options);
  ASSERT_TRUE(store) << store.error().message;
  EXPECT_TRUE(Commits(**store, "", "one", {{{"rows", "k"}, "v"}}));
  EXPECT_EQ((*store)->Scan(kPlace, "rows", "", "", 10, "one")->size(), 1u);
  EXPECT_TRUE((*store)->Clear(kPlace));
  EXPECT_EQ(server.Say({"DBSIZE"}), "0") << "what the check at start wrote is gone";

  options.password = "wrong";
  auto refused = RedisStore::Open(options);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("WRONGPASS"), std::string::npos);

  server.Say({"ACL", "SETUSER", "throughline", "-zadd"});
  options.password = "secret";
  refused = RedisStore::Open(options);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("can't run this command"), std::string::npos)
      << refused.error().message;
}

TEST(RedisStore, PresentsAPasswordWithoutAUser) {
  RedisServer server;
  server.Say({"CONFIG", "SET", "requirepass", "secret"});
  RedisOptions options = On(server);
  auto refused = RedisStore::Open(options);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("NOAUTH"), std::string::npos);
  options.password = "secret";
  auto store = RedisStore::Open(options);
  ASSERT_TRUE(store);
  EXPECT_TRUE(Commits(**store, "", "one"));
}

TEST(RedisStore, PresentsThePasswordThatIsInItsFileWhenItConnects) {
  RedisServer server;
  const std::string file = testing::TempDir() + "/redis-password." + std::to_string(getpid());
  const auto write = [&](const char* password) { std::ofstream(file) << password << '\n'; };
  const auto disconnect = [&] { server.Say({"CLIENT", "KILL", "USER", "district"}); };
  server.Say({"ACL", "SETUSER", "district", "on", ">first", "~*", "+@all"});
  write("first");
  RedisOptions options = On(server);
  options.user = "district";
  options.password_file = file;
  auto store = RedisStore::Open(options);
  ASSERT_TRUE(store) << store.error().message;
  ASSERT_TRUE(Commits(**store, "", "one"));

  server.Say({"ACL", "SETUSER", "district", ">second"});
  write("second");
  server.Say({"ACL", "SETUSER", "district", "<first"});
  EXPECT_TRUE(Commits(**store, "one", "two")) << "a connection that is open stays signed in";
  disconnect();
  EXPECT_TRUE(Commits(**store, "two", "three"));

  std::remove(file.c_str());
  disconnect();
  const auto without = Commits(**store, "three", "four");
  EXPECT_EQ(ReasonOf(without), "JOURNAL_UNAVAILABLE");
  EXPECT_NE(without.error().message.find(file), std::string::npos);
  write("second");
  EXPECT_TRUE(Commits(**store, "three", "four"));
  std::remove(file.c_str());
}

TEST(RedisStore, BeginsAnewOnARedisThatLostEverything) {
  RedisServer server;
  auto store = *RedisStore::Open(On(server));
  const std::vector<decider::RowChange> row{{{"rows", "k"}, "v"}};
  ASSERT_TRUE(Commits(*store, "", "one", row));
  server.Say({"FLUSHALL"});
  EXPECT_EQ(ReasonOf(Commits(*store, "one", "two")), "OWNERSHIP_LOST");
  EXPECT_FALSE(store->Head(kPlace)->has_value());
  ASSERT_TRUE(Commits(*store, "", "two", row));
  EXPECT_EQ(store->Scan(kPlace, "rows", "", "", 10)->size(), 1u);
  server.Restart();
  EXPECT_EQ(ReasonOf(Commits(*store, "two", "three")), "OWNERSHIP_LOST")
      << "the connection and the scripts of before are gone, and nobody notices";
  EXPECT_TRUE(store->Scan(kPlace, "rows", "", "", 10)->empty());
  ASSERT_TRUE(Commits(*store, "", "three", row));
  server.Say({"SCRIPT", "FLUSH"});
  ASSERT_TRUE(Commits(*store, "three", "four", row));
  EXPECT_EQ(**store->Head(kPlace), "head of four");
}

TEST(RedisStore, HasEverythingAgainWhenRedisKeepsIt) {
  RedisServer server({"appendonly yes", "appendfsync always"});
  auto store = *RedisStore::Open(On(server));
  ASSERT_TRUE(Commits(*store, "", "one", {{{"rows", "a"}, "1"}, {{"rows", "b"}, "2"}}));
  EXPECT_EQ(store->Scan(kPlace, "rows", "", "", 10)->size(), 2u);
  ASSERT_TRUE(Commits(*store, "one", "two", {{{"rows", "a"}, std::nullopt}}));
  server.Restart();
  EXPECT_EQ(store->Scan(kPlace, "rows", "", "", 10, "two")->size(), 1u);
  EXPECT_TRUE(Commits(*store, "two", "three"));
}

TEST(RedisStore, SaysSoWhileRedisIsDeadAndGoesOnAfter) {
  RedisServer server;
  auto store = *RedisStore::Open(On(server));
  ASSERT_TRUE(Commits(*store, "", "one"));
  server.Kill();
  const auto refused = Commits(*store, "one", "two");
  ASSERT_EQ(ReasonOf(refused), "JOURNAL_UNAVAILABLE");
  EXPECT_NE(refused.error().message.find(server.address()), std::string::npos);
  EXPECT_EQ(store->Head(kPlace).error().reason, "JOURNAL_UNAVAILABLE");
  server.Restart();
  EXPECT_TRUE(Commits(*store, "", "two"));
}

TEST(RedisStore, TakesNoLateReplyForAnother) {
  RedisServer server;
  RedisOptions options = On(server);
  options.timeout = std::chrono::milliseconds(300);
  auto store = *RedisStore::Open(options);
  ASSERT_TRUE(Commits(*store, "", "one", {{{"rows", "k"}, "v"}}));
  server.Signal(SIGSTOP);
  const auto refused = Commits(*store, "one", "two");
  server.Signal(SIGCONT);
  ASSERT_EQ(ReasonOf(refused), "JOURNAL_UNAVAILABLE");
  EXPECT_NE(refused.error().message.find("no reply within 300 ms"), std::string::npos);
  // It was done all the same, and only once: an owner that takes over sees which.
  ASSERT_TRUE(Eventually([&] {
    auto head = store->Head(kPlace);
    return head && **head == "head of two";
  }));
  EXPECT_EQ(*store->Load(kPlace, {{"rows", "k"}}, "two")->front(), "v");
}

TEST(RedisStore, RefusesWhatARedisCannotTakeInOneStep) {
  RedisServer server;
  auto store = *RedisStore::Open(On(server));
  std::vector<decider::RowChange> rows;
  for (int i = 0; i < 500'001; ++i) rows.push_back({{"rows", std::to_string(i)}, ""});
  EXPECT_EQ(ReasonOf(Commits(*store, "", "one", rows)), "COMMIT_TOO_LARGE");
  EXPECT_FALSE(store->Head(kPlace)->has_value());
  rows.resize(400'000);
  EXPECT_TRUE(Commits(*store, "", "one", rows));
}

TEST(RedisStore, RefusesACommitWholeWhenRedisIsFull) {
  RedisServer server;
  auto store = *RedisStore::Open(On(server));
  ASSERT_TRUE(Commits(*store, "", "one", {{{"rows", "a"}, "1"}}));
  server.Say({"CONFIG", "SET", "maxmemory", "1"});
  const auto refused =
      Commits(*store, "one", "two", {{{"rows", "a"}, std::nullopt}, {{"rows", "b"}, "2"}});
  ASSERT_EQ(ReasonOf(refused), "JOURNAL_UNAVAILABLE");
  EXPECT_NE(refused.error().message.find("OOM"), std::string::npos) << refused.error().message;
  EXPECT_EQ(*store->Load(kPlace, {{"rows", "a"}})->front(), "1");
  server.Say({"CONFIG", "SET", "maxmemory", "0"});
  EXPECT_TRUE(Commits(*store, "one", "two"));
}

TEST(RedisStore, KeepsNeverHalfOfACommit) {
  RedisServer server;
  auto store = *RedisStore::Open(On(server));
  ASSERT_TRUE(Commits(*store, "", "one", {{{"rows", "a"}, "1"}, {{"other", "a"}, "1"}}));
  server.Say({"DEL", "tl:{service.3}:row:rows"});
  server.Say({"SET", "tl:{service.3}:row:rows", "not a hash"});
  const auto refused = Commits(*store, "one", "two", {{{"other", "b"}, "2"}, {{"rows", "b"}, "2"}});
  ASSERT_EQ(ReasonOf(refused), "JOURNAL_UNAVAILABLE");
  EXPECT_NE(refused.error().message.find("WRONGTYPE"), std::string::npos)
      << refused.error().message;
  EXPECT_EQ(server.Say({"DBSIZE"}), "0") << "the partition is forgotten, to be rebuilt";
  EXPECT_TRUE(Commits(*store, "", "two", {{{"rows", "b"}, "2"}}));
}

TEST(RedisStore, IndexesATableThatHasGrownWhileItIsWrittenTo) {
  RedisServer server;
  auto store = *RedisStore::Open(On(server));
  std::vector<decider::RowChange> rows;
  for (int i = 0; i < 30'000; ++i) rows.push_back({{"rows", std::to_string(100'000 + i)}, "v"});
  ASSERT_TRUE(Commits(*store, "", "0", rows));
  std::atomic<bool> scanned{false};
  std::atomic<int> commits{0};
  {
    std::vector<std::jthread> readers;
    for (int reader = 0; reader < 2; ++reader) {
      readers.emplace_back([&] {
        EXPECT_EQ(store->Scan(kPlace, "rows", "1", "", 1 << 20)->size(), 30'000u);
        scanned = true;
      });
    }
    for (; !scanned || commits < 5; ++commits) {
      // Takes one away at either end of the order and gives one back: there are always as many.
      const int i = commits;
      ASSERT_TRUE(Commits(*store, std::to_string(i), std::to_string(i + 1),
                          {{{"rows", std::to_string(100'000 + i)}, std::nullopt},
                           {{"rows", std::to_string(130'000 + i)}, "v"},
                           {{"rows", "2" + std::to_string(i)}, "v"}}));
    }
  }
  const auto all = store->Scan(kPlace, "rows", "", "", 1 << 20);
  EXPECT_EQ(all->size(), 30'000u + commits);
  EXPECT_EQ(all->front().first, std::to_string(100'000 + commits));
}

TEST(RedisStore, SharesPartitionsAmongSeveral) {
  RedisServer first, second;
  auto store = *RedisStore::Open({.addresses = {first.address(), second.address()}});
  for (int32_t partition = 0; partition < 4; ++partition) {
    ASSERT_TRUE(Commits(*store, "", "one", {{{"rows", "k"}, std::to_string(partition)}},
                        {"service", partition}));
  }
  EXPECT_EQ(first.Say({"EXISTS", "tl:{service.0}:head", "tl:{service.2}:head"}), "2");
  EXPECT_EQ(second.Say({"EXISTS", "tl:{service.1}:head", "tl:{service.3}:head"}), "2");
  EXPECT_EQ(first.Say({"EXISTS", "tl:{service.1}:head"}), "0");
  EXPECT_EQ(*store->Load({"service", 3}, {{"rows", "k"}}, "one")->front(), "3");
  second.Kill();
  EXPECT_TRUE(Commits(*store, "one", "two", {}, {"service", 2})) << "each dies for itself";
  EXPECT_FALSE(Commits(*store, "one", "two", {}, {"service", 1}));
  auto refused = RedisStore::Open({.addresses = {first.address(), second.address()}});
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find(second.address()), std::string::npos);
}

class BehindASentinel : public testing::Test {
 protected:
  BehindASentinel() {
    EXPECT_TRUE(Eventually([this] {
      return replica_.Say({"INFO", "replication"}).find("master_link_status:up") !=
             std::string::npos;
    }));
    sentinel_ = RedisServer::Sentinel(master_);
    sentinel_->Say({"SENTINEL", "DEBUG", "INFO-PERIOD", "100"});
    EXPECT_TRUE(Eventually([this] {
      return sentinel_->Say({"SENTINEL", "REPLICAS", "district"}).find("master-link-status ok") !=
             std::string::npos;
    }));
    auto opened = RedisStore::Open({.addresses = {sentinel_->address()},
                                    .sentinel_master = "district",
                                    .timeout = std::chrono::seconds(20)});
    EXPECT_TRUE(opened) << opened.error().message;
    store_ = std::move(*opened);
    EXPECT_TRUE(Commits(*store_, "", "one", {{{"rows", "k"}, "v"}}));
    // Not WAIT, which knows only of what its own connection wrote.
    EXPECT_TRUE(Eventually([this] { return TokenOfTheReplica() == "one"; }));
  }
  std::string TokenOfTheReplica() const {
    return replica_.Say({"HGET", "tl:{service.3}:head", "token"});
  }
  // An owner's way: after an error it looks where the store is, and goes on from there.
  void GoesOn() {
    ASSERT_TRUE(Eventually([this] {
      auto head = store_->Head(kPlace);
      if (!head || !head->has_value()) return false;
      const std::string token = (*head)->substr(std::string("head of ").size());
      return Commits(*store_, token, token + "+").has_value() &&
             replica_.Say({"ROLE"}).starts_with("master");
    }));
    EXPECT_NE(TokenOfTheReplica(), "one");
    EXPECT_EQ(*store_->Load(kPlace, {{"rows", "k"}})->front(), "v");
  }

  RedisServer master_;
  RedisServer replica_{{"replicaof 127.0.0.1 " + std::to_string(master_.port())}};
  std::unique_ptr<RedisServer> sentinel_;
  std::unique_ptr<RedisStore> store_;
};

TEST_F(BehindASentinel, GoesOnWithTheReplicaWhenTheMasterDies) {
  master_.Kill();
  EXPECT_EQ(ReasonOf(Commits(*store_, "one", "two")), "JOURNAL_UNAVAILABLE");
  GoesOn();
}

TEST_F(BehindASentinel, GoesOnWhenTheMastersAreSwitched) {
  // On a busy machine a Redis may be silent for long: nobody is to be declared dead here.
  ASSERT_EQ(sentinel_->Say({"SENTINEL", "SET", "district", "down-after-milliseconds", "60000"}),
            "OK");
  ASSERT_EQ(sentinel_->Say({"SENTINEL", "FAILOVER", "district"}), "OK");
  GoesOn();
  ASSERT_TRUE(Eventually([this] { return master_.Say({"ROLE"}).starts_with("slave"); }));
  GoesOn();
}

TEST_F(BehindASentinel, SaysWhichMasterIsNotKnownAndWhichSentinelIsDead) {
  auto refused =
      RedisStore::Open({.addresses = {sentinel_->address()}, .sentinel_master = "another"});
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("another"), std::string::npos);
  RedisServer dead;
  dead.Kill();
  EXPECT_TRUE(RedisStore::Open(
      {.addresses = {dead.address(), sentinel_->address()}, .sentinel_master = "district"}));
  refused = RedisStore::Open({.addresses = {dead.address()}, .sentinel_master = "district"});
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find(dead.address()), std::string::npos);
}

// A master that has become a replica without closing its connections.
TEST(RedisStore, LeavesAReplica) {
  RedisServer server;
  auto store = *RedisStore::Open(On(server));
  ASSERT_TRUE(Commits(*store, "", "one"));
  server.Say({"REPLICAOF", "127.0.0.1", "1"});
  const auto refused = Commits(*store, "one", "two");
  ASSERT_EQ(ReasonOf(refused), "JOURNAL_UNAVAILABLE");
  EXPECT_NE(refused.error().message.find("READONLY"), std::string::npos);
  server.Say({"REPLICAOF", "NO", "ONE"});
  EXPECT_TRUE(Commits(*store, "one", "two"));
}

class DamagedRedis : public testing::Test {
 protected:
  static constexpr char kHead[] = "tl:{service.3}:head", kTables[] = "tl:{service.3}:tables",
                        kRows[] = "tl:{service.3}:row:rows", kIndex[] = "tl:{service.3}:key:rows";
  void Fill() {
    ASSERT_TRUE(Commits(*store_, "", "one", {{{"rows", "a"}, "1"}, {{"rows", "b"}, "2"}}));
    ASSERT_EQ(store_->Scan(kPlace, "rows", "", "", 10)->size(), 2u);
  }
  template <class Read>
  void ExpectLost(const Read& read) {
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().reason, "STORE_DAMAGED") << read.error().message;
    EXPECT_EQ(server_.Say({"DBSIZE"}), "0");
  }

  RedisServer server_;
  std::unique_ptr<RedisStore> store_{*RedisStore::Open(On(server_))};
};

TEST_F(DamagedRedis, GivesNoRowOfWhichAnyByteIsChanged) {
  Fill();
  const std::string good = server_.Say({"HGET", kRows, "a"});
  for (size_t at = 0; at < good.size(); ++at) {
    std::string flipped = good;
    flipped[at] = static_cast<char>(flipped[at] ^ 0x40);
    server_.Say({"HSET", kRows, "a", flipped});
    ExpectLost(store_->Load(kPlace, {{"rows", "a"}}));
    Fill();
  }
}

TEST_F(DamagedRedis, GivesNoRowThatStandsUnderAnotherKey) {
  Fill();
  server_.Say({"HSET", kRows, "b", server_.Say({"HGET", kRows, "a"})});
  ExpectLost(store_->Load(kPlace, {{"rows", "b"}}));
}

TEST_F(DamagedRedis, GivesNoRowOfBeforeThereWereChecksums) {
  Fill();
  server_.Say({"HSET", kRows, "a", "a row that is long enough for a checksum"});
  ExpectLost(store_->Load(kPlace, {{"rows", "a"}}));
}

TEST_F(DamagedRedis, GivesNoHeadThatIsDamagedInAnyPart) {
  for (const char* field : {"head", "token"}) {
    Fill();
    std::string kept = server_.Say({"HGET", kHead, field});
    kept[1] = static_cast<char>(kept[1] ^ 1);
    server_.Say({"HSET", kHead, field, kept});
    ExpectLost(store_->Head(kPlace));
    Fill();
    server_.Say({"HDEL", kHead, field});
    ExpectLost(store_->Head(kPlace));
  }
}

TEST_F(DamagedRedis, PassesOverNoRowThatTheIndexNamesWrongly) {
  Fill();
  server_.Say({"ZREM", kIndex, "a"});
  server_.Say({"ZADD", kIndex, "0", "aa"});
  ExpectLost(store_->Scan(kPlace, "rows", "", "", 10));
}

TEST_F(DamagedRedis, TakesNoTableForEmptyThatIsListedWrongly) {
  Fill();
  server_.Say({"HDEL", kTables, "rows"});
  server_.Say({"HSET", kTables, "rowt", "indexed"});
  EXPECT_EQ(store_->Scan(kPlace, "rows", "", "", 10).error().reason, "STORE_DAMAGED");
  EXPECT_FALSE(store_->Head(kPlace)->has_value());
  // What the list did not name is left; a commit does not go on on top of it.
  EXPECT_EQ(ReasonOf(Commits(*store_, "", "one", {{{"rows", "c"}, "3"}})), "JOURNAL_UNAVAILABLE");
  EXPECT_EQ(server_.Say({"DBSIZE"}), "0");
  Fill();
  server_.Say({"HSET", kTables, "rows", "indexee"});
  ExpectLost(store_->Scan(kPlace, "rows", "", "", 10));
}

}  // namespace
}  // namespace throughline::runtime
