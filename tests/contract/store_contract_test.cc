// The promises that services/runtime/journal.h makes of a Store, held against every implementation.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <thread>

#include "folder.h"
#include "redis_server.h"
#include "runtime/embedded/sqlite_journal.h"
#include "runtime/redis/redis_store.h"
#include "runtime/simulated/simulated_journal.h"

namespace throughline::runtime {
namespace {

struct StoreOnSqlite {
  StoreOnSqlite() : journal(*SqliteJournal::Open({folder.path()})) {}
  Store& store() { return journal->store(); }
  Folder folder;
  std::unique_ptr<SqliteJournal> journal;
};

struct StoreSimulated {
  Store& store() { return store_; }
  // Changes a byte of a row, behind the store's back.
  void FlipByte(const StorePartition& of, const decider::RowKey& row) {
    ASSERT_TRUE(store_.FlipByte(of, row));
  }
  SimulatedStore store_;
};

struct StoreOnRedis {
  StoreOnRedis()
      : opened(*RedisStore::Open({.addresses = {server.address()}, .timeout = kPatience})) {}
  Store& store() { return *opened; }
  void FlipByte(const StorePartition& of, const decider::RowKey& row) {
    const std::string rows =
        "tl:{" + of.service + "." + std::to_string(of.partition) + "}:row:" + row.table;
    std::string kept = server.Say({"HGET", rows, row.key});
    ASSERT_FALSE(kept.empty());
    kept.front() = static_cast<char>(kept.front() ^ 1);
    ASSERT_EQ(server.Say({"HSET", rows, row.key, kept}), "0");
  }
  static constexpr std::chrono::milliseconds kPatience{20'000};
  RedisServer server;
  std::unique_ptr<RedisStore> opened;
};

template <class Adapter>
class StoreContract : public testing::Test {
 protected:
  bool Commits(const std::string& expected, const std::string& token,
               std::vector<decider::RowChange> rows = {}) {
    return this->store()
        .Apply(place_, {expected, "head of " + token, token, std::move(rows)})
        .has_value();
  }
  static decider::RowChange Put(const std::string& table, const std::string& key,
                                const std::string& value) {
    return {{table, key}, value};
  }
  static decider::RowChange Erase(const std::string& table, const std::string& key) {
    return {{table, key}, std::nullopt};
  }
  std::vector<std::string> Keys(std::string_view prefix, std::string_view after, size_t limit) {
    std::vector<std::string> keys;
    const auto rows = this->store().Scan(place_, "rows", prefix, after, limit);
    for (const auto& [key, value] : *rows) keys.push_back(key);
    return keys;
  }
  std::optional<std::string> Row(const std::string& key) {
    return this->store().Load(place_, {{"rows", key}})->front();
  }
  Store& store() { return adapter_.store(); }

  Adapter adapter_;
  StorePartition place_{"service", 3};
};

using StoreAdapters = testing::Types<StoreOnSqlite, StoreSimulated, StoreOnRedis>;
TYPED_TEST_SUITE(StoreContract, StoreAdapters);

TYPED_TEST(StoreContract, ACommitIsRefusedFromAnyOtherHead) {
  EXPECT_FALSE(this->store().Head(this->place_)->has_value());
  EXPECT_FALSE(this->Commits("somebody", "one", {this->Put("rows", "k", "v")}));
  EXPECT_TRUE(this->Commits("", "one", {this->Put("rows", "k", "v")}));
  EXPECT_EQ(**this->store().Head(this->place_), "head of one");
  EXPECT_FALSE(this->Commits("", "two", {this->Put("rows", "k", "w")}));
  EXPECT_TRUE(this->Commits("one", "two"));
  const auto refused = this->store().Apply(this->place_, {"one", "h", "three", {}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, core::Code::kAborted);
  EXPECT_EQ(*this->store().Load(this->place_, {{"rows", "k"}})->front(), "v");
}

TYPED_TEST(StoreContract, RowsComeInOrderAndByPrefix) {
  ASSERT_TRUE(this->Commits(
      "", "one",
      {this->Put("rows", "a/2", "x"), this->Put("rows", "a/1", "y"), this->Put("rows", "b/1", "z"),
       this->Put("other", "a/3", "w"), this->Put("rows", "a/10", "v")}));
  EXPECT_EQ(this->Keys("a/", "", 10), (std::vector<std::string>{"a/1", "a/10", "a/2"}));
  EXPECT_EQ(this->Keys("a/", "a/1", 1), (std::vector<std::string>{"a/10"}));
  EXPECT_EQ(this->Keys("", "", 10).size(), 4u);
  EXPECT_TRUE(this->Keys("c", "", 10).empty());
  ASSERT_TRUE(this->Commits("one", "two", {{{"rows", "a/10"}, std::nullopt}}));
  EXPECT_EQ(this->Keys("a/", "", 10), (std::vector<std::string>{"a/1", "a/2"}));
  const auto rows =
      this->store().Load(this->place_, {{"rows", "b/1"}, {"rows", "absent"}, {"other", "a/3"}});
  EXPECT_EQ(*rows->at(0), "z");
  EXPECT_FALSE(rows->at(1));
  EXPECT_EQ(*rows->at(2), "w");
}

TYPED_TEST(StoreContract, AGuardedReadIsRefusedUnderAnotherHead) {
  ASSERT_TRUE(this->Commits("", "one", {this->Put("rows", "k", "v")}));
  Store& store = this->store();
  EXPECT_TRUE(store.Load(this->place_, {{"rows", "k"}}, "one"));
  EXPECT_TRUE(store.Scan(this->place_, "rows", "", "", 10, "one"));
  for (const std::string& token : {std::string(), std::string("two")}) {
    EXPECT_EQ(store.Load(this->place_, {{"rows", "k"}}, token).error().code, core::Code::kAborted);
    EXPECT_EQ(store.Scan(this->place_, "rows", "", "", 10, token).error().code,
              core::Code::kAborted);
  }
  EXPECT_TRUE(store.Load({"service", 9}, {{"rows", "k"}}, "")) << "no head is a head too";
}

TYPED_TEST(StoreContract, AClearedPartitionBeginsAnew) {
  ASSERT_TRUE(this->Commits("", "one", {this->Put("rows", "k", "v")}));
  ASSERT_TRUE(this->store().Apply({"service", 4}, {"", "h", "t", {this->Put("rows", "k", "w")}}));
  ASSERT_TRUE(this->store().Clear(this->place_));
  EXPECT_FALSE(this->store().Head(this->place_)->has_value());
  EXPECT_TRUE(this->Keys("", "", 10).empty());
  EXPECT_TRUE(this->store().Head({"service", 4})->has_value());
  EXPECT_TRUE(this->Commits("", "again"));
}

TYPED_TEST(StoreContract, KeysAndRowsAreWhateverBytesTheyAre) {
  const std::string nul("a\0b", 3), high("\xff\xff", 2), value("\0\r\n\xff", 4);
  const std::string large(1 << 20, '\0');
  ASSERT_TRUE(this->Commits("", "one",
                            {this->Put("rows", nul, value), this->Put("rows", high, ""),
                             this->Put("rows", "a", large), this->Put("rows", "\r\n", "line")}));
  EXPECT_EQ(this->Row(nul), value);
  EXPECT_EQ(this->Row(high), "");
  EXPECT_EQ(this->Row("a"), large);
  EXPECT_EQ(this->Keys("", "", 10), (std::vector<std::string>{"\r\n", "a", nul, high}));
  EXPECT_EQ(this->store().Scan(this->place_, "rows", nul, "", 10)->front().second, value);
  const std::string token("\0token", 6);
  ASSERT_TRUE(this->Commits("one", token));
  EXPECT_TRUE(this->store().Load(this->place_, {{"rows", nul}}, token));
  EXPECT_FALSE(this->store().Load(this->place_, {{"rows", nul}}, std::string("\0", 1)));
}

TYPED_TEST(StoreContract, APrefixEndsWhereItEnds) {
  const std::string high("p\xff", 2), higher("p\xff\xff", 3), end("q"), top("\xff", 1);
  std::vector<decider::RowChange> rows;
  for (const std::string& key : {std::string("p"), std::string("p\0", 2), high, higher, end, top}) {
    rows.push_back(this->Put("rows", key, "v"));
  }
  ASSERT_TRUE(this->Commits("", "one", rows));
  EXPECT_EQ(this->Keys("p", "", 10).size(), 4u);
  EXPECT_EQ(this->Keys(high, "", 10), (std::vector<std::string>{high, higher}));
  EXPECT_EQ(this->Keys(higher, "", 10), (std::vector<std::string>{higher}));
  EXPECT_EQ(this->Keys(top, "", 10), (std::vector<std::string>{top}));
  EXPECT_EQ(this->Keys("", "", 10).size(), 6u);
  EXPECT_TRUE(this->Keys(std::string("\xff\xff", 2), "", 10).empty());
}

TYPED_TEST(StoreContract, AScanGoesOnAfterAnyKey) {
  ASSERT_TRUE(this->Commits("", "one",
                            {this->Put("rows", "b/1", "v"), this->Put("rows", "b/2", "v"),
                             this->Put("rows", "c/1", "v")}));
  EXPECT_EQ(this->Keys("b/", "b/1", 10), (std::vector<std::string>{"b/2"}));
  EXPECT_EQ(this->Keys("b/", "b/11", 10), (std::vector<std::string>{"b/2"})) << "no key of a row";
  EXPECT_EQ(this->Keys("b/", "a", 10).size(), 2u) << "before the prefix";
  EXPECT_EQ(this->Keys("b/", "b/", 10).size(), 2u) << "the prefix itself";
  EXPECT_TRUE(this->Keys("b/", "b/2", 10).empty());
  EXPECT_TRUE(this->Keys("b/", "c", 10).empty()) << "behind the prefix";
  EXPECT_TRUE(this->Keys("b/", "", 0).empty());
  EXPECT_EQ(this->Keys("", "", 10), (std::vector<std::string>{"b/1", "b/2", "c/1"}));
  EXPECT_TRUE(this->store().Scan(this->place_, "no table", "", "", 10)->empty());
}

TYPED_TEST(StoreContract, ErasedRowsAreGoneUntilTheyArePutAgain) {
  ASSERT_TRUE(this->Commits("", "one", {this->Put("rows", "a", "1"), this->Put("rows", "b", "1")}));
  EXPECT_EQ(this->Keys("", "", 10).size(), 2u);
  ASSERT_TRUE(this->Commits("one", "two",
                            {this->Erase("rows", "a"), this->Erase("rows", "absent"),
                             this->Erase("no table", "a"), this->Put("rows", "c", "1")}));
  EXPECT_FALSE(this->Row("a"));
  EXPECT_EQ(this->Keys("", "", 10), (std::vector<std::string>{"b", "c"}));
  ASSERT_TRUE(this->Commits("two", "three", {this->Put("rows", "a", "2")}));
  EXPECT_EQ(this->Keys("", "", 10), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(this->Row("a"), "2");
}

TYPED_TEST(StoreContract, TheLastWordOfACommitOnARowCounts) {
  ASSERT_TRUE(this->Commits("", "one", {this->Put("rows", "c", "0")}));
  ASSERT_TRUE(this->Commits(
      "one", "two",
      {this->Put("rows", "a", "1"), this->Put("rows", "a", "2"), this->Put("rows", "b", "1"),
       this->Erase("rows", "b"), this->Erase("rows", "c"), this->Put("rows", "c", "3")}));
  EXPECT_EQ(this->Row("a"), "2");
  EXPECT_FALSE(this->Row("b"));
  EXPECT_EQ(this->Row("c"), "3");
  EXPECT_EQ(this->Keys("", "", 10), (std::vector<std::string>{"a", "c"}));
}

TYPED_TEST(StoreContract, ALargeCommitIsOneStepAndIsReadInPages) {
  constexpr int kRows = 20'000;
  std::vector<decider::RowChange> rows, erased;
  std::vector<decider::RowKey> keys;
  for (int i = 0; i < kRows; ++i) {
    const std::string key = std::to_string(100'000 + i);
    rows.push_back(this->Put("rows", key, "row " + key));
    keys.push_back({"rows", key});
    if (i % 2 == 0) erased.push_back(this->Erase("rows", key));
  }
  ASSERT_TRUE(this->Commits("", "one", rows));
  const auto loaded = this->store().Load(this->place_, keys, "one");
  for (int i = 0; i < kRows; ++i) ASSERT_EQ(loaded->at(i), rows[i].value);
  std::vector<std::string> seen;
  for (std::string after;; after = seen.back()) {
    const auto page = this->store().Scan(this->place_, "rows", "1", after, 777, "one");
    for (const auto& [key, value] : *page) {
      seen.push_back(key);
      ASSERT_EQ(value, "row " + key);
    }
    if (page->size() < 777) break;
  }
  ASSERT_EQ(seen.size(), static_cast<size_t>(kRows));
  for (int i = 0; i < kRows; ++i) ASSERT_EQ(seen[i], keys[i].key);
  EXPECT_EQ(this->store().Scan(this->place_, "rows", "", "", 1 << 20, "one")->size(), kRows + 0u);
  ASSERT_TRUE(this->Commits("one", "two", erased));
  EXPECT_EQ(this->Keys("", "", kRows).size(), kRows / 2u);
}

TYPED_TEST(StoreContract, OfTwoThatCommitFromTheSameHeadOneWins) {
  constexpr int kRounds = 100;
  ASSERT_TRUE(this->Commits("", "0"));
  for (int round = 0; round < kRounds; ++round) {
    const std::string expected = std::to_string(round), next = std::to_string(round + 1);
    std::atomic<int> won{0}, winner{-1};
    {
      std::vector<std::jthread> owners;
      for (int owner = 0; owner < 2; ++owner) {
        owners.emplace_back([&, owner] {
          const std::string mine = std::to_string(owner);
          if (!this->Commits(expected, next, {this->Put("rows", "who", mine)})) return;
          ++won;
          winner = owner;
        });
      }
    }
    ASSERT_EQ(won, 1);
    ASSERT_EQ(this->Row("who"), std::to_string(winner));
  }
}

TYPED_TEST(StoreContract, AScanSeesWholeCommitsWhileOthersAreMade) {
  // Every commit moves one row: a scan under a guard never sees none of it, or both.
  ASSERT_TRUE(this->Commits("", "0", {this->Put("rows", "0", "v")}));
  std::jthread owner([this] {
    for (int i = 0; i < 200; ++i) {
      const std::string from = std::to_string(i), to = std::to_string(i + 1);
      EXPECT_TRUE(this->Commits(from, to, {this->Erase("rows", from), this->Put("rows", to, "v")}));
    }
  });
  while (!this->Row("200")) {
    ASSERT_EQ(this->Keys("", "", 10).size(), 1u);
  }
}

TYPED_TEST(StoreContract, AClearedPartitionForgetsTablesOfOthersToo) {
  ASSERT_TRUE(
      this->Commits("", "one", {this->Put("rows", "k", "v"), this->Put("other", "k", "v")}));
  EXPECT_EQ(this->Keys("", "", 10).size(), 1u);
  ASSERT_TRUE(this->store().Clear(this->place_));
  ASSERT_TRUE(this->store().Clear(this->place_)) << "of nothing";
  ASSERT_TRUE(this->Commits("", "again", {this->Put("rows", "new", "v")}));
  EXPECT_EQ(this->Keys("", "", 10), (std::vector<std::string>{"new"}));
  EXPECT_FALSE(this->store().Load(this->place_, {{"other", "k"}})->front());
}

// The embedded store has its pages for that: flipped_bytes_test.cc.
template <class Adapter>
class DamagedStoreContract : public StoreContract<Adapter> {
 protected:
  static constexpr int kRows = 5;
  void Fill() {
    std::vector<decider::RowChange> rows;
    for (int i = 0; i < kRows; ++i) {
      rows.push_back(this->Put("rows", "k" + std::to_string(i), "value " + std::to_string(i)));
      rows.push_back(this->Put("other", "k" + std::to_string(i), "other " + std::to_string(i)));
    }
    ASSERT_TRUE(this->Commits("", "one", std::move(rows)));
    ASSERT_TRUE(this->store().Apply(elsewhere_, {"", "h", "t", {this->Put("rows", "k0", "v")}}));
    ASSERT_EQ(this->Keys("", "", 10).size(), 0u + kRows);  // the table is indexed
  }
  void FlipByte(const std::string& table, const std::string& key) {
    this->adapter_.FlipByte(this->place_, {table, key});
  }
  template <class Read>
  void ExpectLost(const Read& read) {
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().reason, "STORE_DAMAGED");
    EXPECT_EQ(read.error().code, core::Code::kUnavailable);
    EXPECT_EQ(read.error().message.find("k3"), std::string::npos) << "keys may name students";
    Store& store = this->store();
    EXPECT_FALSE(store.Head(this->place_)->has_value());
    EXPECT_FALSE(store.Load(this->place_, {{"rows", "k3"}, {"other", "k1"}})->at(1));
    EXPECT_TRUE(this->Keys("", "", 10).empty());
    EXPECT_FALSE(this->Commits("one", "two")) << "its owner learns of it";
    EXPECT_TRUE(store.Head(elsewhere_)->has_value()) << "no other partition is touched";
    EXPECT_TRUE(this->Commits("", "again", {this->Put("rows", "k3", "value 3")}));
    EXPECT_EQ(this->Row("k3"), "value 3");
  }

  StorePartition elsewhere_{"service", 4};
};

using Damageable = testing::Types<StoreSimulated, StoreOnRedis>;
TYPED_TEST_SUITE(DamagedStoreContract, Damageable);

TYPED_TEST(DamagedStoreContract, ADamagedRowIsNeverLoaded) {
  this->Fill();
  this->FlipByte("rows", "k3");
  EXPECT_EQ(this->Row("k2"), "value 2");
  this->ExpectLost(this->store().Load(this->place_, {{"rows", "k2"}, {"rows", "k3"}}));
}

TYPED_TEST(DamagedStoreContract, NorUnderAGuard) {
  this->Fill();
  this->FlipByte("rows", "k3");
  EXPECT_EQ(this->store().Load(this->place_, {{"rows", "k3"}}, "two").error().reason,
            "OWNERSHIP_LOST");
  this->ExpectLost(this->store().Load(this->place_, {{"other", "k1"}, {"rows", "k3"}}, "one"));
}

TYPED_TEST(DamagedStoreContract, NorScanned) {
  this->Fill();
  this->FlipByte("rows", "k3");
  EXPECT_EQ(this->Keys("k0", "", 10), (std::vector<std::string>{"k0"}));
  this->ExpectLost(this->store().Scan(this->place_, "rows", "", "", 10));
}

TYPED_TEST(DamagedStoreContract, ARowThatIsWrittenAgainIsGood) {
  this->Fill();
  this->FlipByte("rows", "k3");
  ASSERT_TRUE(this->Commits("one", "two", {this->Put("rows", "k3", "new")}));
  EXPECT_EQ(this->Row("k3"), "new");
}

}  // namespace
}  // namespace throughline::runtime
