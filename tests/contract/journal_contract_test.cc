// The promises of services/runtime/journal.h, held against every implementation.
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <memory>
#include <thread>

#include "folder.h"
#include "runtime/embedded/sqlite_journal.h"
#include "runtime/simulated/simulated_journal.h"

namespace throughline::runtime {
namespace {

struct Embedded {
  Embedded() : journal(*SqliteJournal::Open({folder.path()})) {}
  Log& log() { return journal->log(); }
  Store& store() { return journal->store(); }
  Folder folder;
  std::unique_ptr<SqliteJournal> journal;
};

struct Simulated {
  Log& log() { return log_; }
  Store& store() { return store_; }
  SimulatedLog log_;
  SimulatedStore store_;
};

template <class Journal>
class JournalContract : public testing::Test {
 protected:
  int64_t Append(const std::string& value, TopicPartition to = {"t", 0}) {
    return this->journal_.log().Append({{to, {{"h", value}}}})->front();
  }
  std::vector<std::string> Values(int64_t from, size_t records = 1000, size_t bytes = 1 << 20) {
    std::vector<std::string> values;
    const auto read = this->journal_.log().Read({"t", 0}, from, records, bytes);
    for (const StoredRecord& stored : *read) {
      EXPECT_EQ(stored.offset, from + static_cast<int64_t>(values.size()));
      values.push_back(stored.record.value);
    }
    return values;
  }
  bool Commits(const std::string& expected, const std::string& token,
               std::vector<decider::RowChange> rows = {}) {
    return this->journal_.store()
        .Apply(place_, {expected, "head of " + token, token, rows})
        .has_value();
  }
  static decider::RowChange Put(const std::string& table, const std::string& key,
                                const std::string& value) {
    return {{table, key}, value};
  }
  std::vector<std::string> Keys(std::string_view prefix, std::string_view after, size_t limit) {
    std::vector<std::string> keys;
    const auto rows = this->journal_.store().Scan(place_, "rows", prefix, after, limit);
    for (const auto& [key, value] : *rows) keys.push_back(key);
    return keys;
  }

  Journal journal_;
  StorePartition place_{"service", 3};
};

using Journals = testing::Types<Embedded, Simulated>;
TYPED_TEST_SUITE(JournalContract, Journals);

TYPED_TEST(JournalContract, OffsetsAreDenseAndPartitionsApart) {
  EXPECT_EQ(this->Append("a"), 0);
  EXPECT_EQ(this->Append("b"), 1);
  EXPECT_EQ(this->Append("other", {"t", 1}), 0);
  EXPECT_EQ(this->Append("other", {"u", 0}), 0);
  const auto firsts =
      this->journal_.log().Append({{{"t", 0}, {{"", "c"}, {"", "d"}}}, {{"t", 2}, {{"", "x"}}}});
  EXPECT_EQ(*firsts, (std::vector<int64_t>{2, 0}));
  EXPECT_EQ(this->Values(0), (std::vector<std::string>{"a", "b", "c", "d"}));
  EXPECT_EQ(*this->journal_.log().End({"t", 0}), 4);
  EXPECT_EQ(*this->journal_.log().End({"nothing", 0}), 0);
}

TYPED_TEST(JournalContract, ReadsStopAtTheirBoundsButGiveOneRecord) {
  for (char c : std::string("abcdef")) this->Append(std::string(100, c));
  EXPECT_EQ(this->Values(1, 2).size(), 2u);
  EXPECT_EQ(this->Values(0, 1000, 10).size(), 1u);
  EXPECT_LE(this->Values(0, 1000, 350).size(), 4u);
  EXPECT_TRUE(this->Values(6).empty());
}

TYPED_TEST(JournalContract, RecordsAreWhateverBytesTheyAre) {
  const std::string headers("\0\xff\n", 3), large(1 << 20, '\0');
  ASSERT_TRUE(this->journal_.log().Append({{{"t", 0}, {{headers, ""}, {"", large}}}}));
  const auto read = this->journal_.log().Read({"t", 0}, 0, 10, 4 << 20);
  ASSERT_EQ(read->size(), 2u);
  EXPECT_EQ(read->at(0).record.headers, headers);
  EXPECT_EQ(read->at(0).record.value, "");
  EXPECT_EQ(read->at(1).record.value, large);
}

TYPED_TEST(JournalContract, WhoeverListensIsWokenUntilNoMore) {
  std::atomic<int> woken{0};
  const int listener = this->journal_.log().Listen([&](const TopicPartition& changed) {
    if (changed == TopicPartition{"t", 0}) {
      ++woken;
      woken.notify_all();
    }
  });
  this->Append("a");
  woken.wait(0);
  this->journal_.log().Unlisten(listener);
  const int before = woken;
  this->Append("b");
  EXPECT_EQ(woken, before);
}

TYPED_TEST(JournalContract, ManyMayAppendAtOnce) {
  constexpr int kWriters = 4, kEach = 50;
  {
    std::vector<std::jthread> writers;
    for (int w = 0; w < kWriters; ++w) {
      writers.emplace_back([this, w] {
        for (int i = 0; i < kEach; ++i) this->Append(std::to_string(w) + " " + std::to_string(i));
      });
    }
  }
  std::map<std::string, int> next;
  for (const std::string& value : this->Values(0)) {
    const size_t space = value.find(' ');
    EXPECT_EQ(std::stoi(value.substr(space)), next[value.substr(0, space)]++) << "order is kept";
  }
  for (int w = 0; w < kWriters; ++w) EXPECT_EQ(next[std::to_string(w)], kEach);
}

TYPED_TEST(JournalContract, ACommitIsRefusedFromAnyOtherHead) {
  EXPECT_FALSE(this->journal_.store().Head(this->place_)->has_value());
  EXPECT_FALSE(this->Commits("somebody", "one", {this->Put("rows", "k", "v")}));
  EXPECT_TRUE(this->Commits("", "one", {this->Put("rows", "k", "v")}));
  EXPECT_EQ(**this->journal_.store().Head(this->place_), "head of one");
  EXPECT_FALSE(this->Commits("", "two", {this->Put("rows", "k", "w")}));
  EXPECT_TRUE(this->Commits("one", "two"));
  const auto refused = this->journal_.store().Apply(this->place_, {"one", "h", "three", {}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, core::Code::kAborted);
  EXPECT_EQ(*this->journal_.store().Load(this->place_, {{"rows", "k"}})->front(), "v");
}

TYPED_TEST(JournalContract, RowsComeInOrderAndByPrefix) {
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
  const auto rows = this->journal_.store().Load(
      this->place_, {{"rows", "b/1"}, {"rows", "absent"}, {"other", "a/3"}});
  EXPECT_EQ(*rows->at(0), "z");
  EXPECT_FALSE(rows->at(1));
  EXPECT_EQ(*rows->at(2), "w");
}

TYPED_TEST(JournalContract, AGuardedReadIsRefusedUnderAnotherHead) {
  ASSERT_TRUE(this->Commits("", "one", {this->Put("rows", "k", "v")}));
  Store& store = this->journal_.store();
  EXPECT_TRUE(store.Load(this->place_, {{"rows", "k"}}, "one"));
  EXPECT_TRUE(store.Scan(this->place_, "rows", "", "", 10, "one"));
  for (const std::string& token : {std::string(), std::string("two")}) {
    EXPECT_EQ(store.Load(this->place_, {{"rows", "k"}}, token).error().code, core::Code::kAborted);
    EXPECT_EQ(store.Scan(this->place_, "rows", "", "", 10, token).error().code,
              core::Code::kAborted);
  }
  EXPECT_TRUE(store.Load({"service", 9}, {{"rows", "k"}}, "")) << "no head is a head too";
}

TYPED_TEST(JournalContract, AClearedPartitionBeginsAnew) {
  ASSERT_TRUE(this->Commits("", "one", {this->Put("rows", "k", "v")}));
  ASSERT_TRUE(
      this->journal_.store().Apply({"service", 4}, {"", "h", "t", {this->Put("rows", "k", "w")}}));
  ASSERT_TRUE(this->journal_.store().Clear(this->place_));
  EXPECT_FALSE(this->journal_.store().Head(this->place_)->has_value());
  EXPECT_TRUE(this->Keys("", "", 10).empty());
  EXPECT_TRUE(this->journal_.store().Head({"service", 4})->has_value());
  EXPECT_TRUE(this->Commits("", "again"));
}

}  // namespace
}  // namespace throughline::runtime
