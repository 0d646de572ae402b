// What a State reads from where its rows are kept, and what it forgets.
#include "decider/state.h"

#include <google/protobuf/wrappers.pb.h>
#include <gtest/gtest.h>

namespace throughline::decider {
namespace {

using google::protobuf::Int64Value;

constexpr Table<Int64Value> kStaying{"staying"};
constexpr Table<Int64Value> kPassing{"passing", true};

// Keeps what is committed, and counts how often it is asked.
class Kept : public RowSource {
 public:
  std::vector<std::optional<std::string>> Load(const std::vector<RowKey>& keys) override {
    ++loads;
    std::vector<std::optional<std::string>> rows;
    for (const RowKey& key : keys) {
      auto found = rows_.find(key);
      rows.push_back(found == rows_.end() ? std::nullopt : std::optional(found->second));
    }
    return rows;
  }
  std::vector<std::pair<std::string, std::string>> Scan(std::string_view table,
                                                        std::string_view prefix) override {
    ++scans;
    std::vector<std::pair<std::string, std::string>> rows;
    for (const auto& [key, value] : rows_) {
      if (key.table == table && key.key.starts_with(prefix)) rows.emplace_back(key.key, value);
    }
    return rows;
  }
  void Commit(State& state) {
    for (RowChange& change : state.TakeChanges()) {
      rows_.erase(change.row);
      if (change.value) rows_.emplace(change.row, *change.value);
    }
  }

  int loads = 0;
  int scans = 0;

 private:
  std::map<RowKey, std::string> rows_;
};

class StateTest : public testing::Test {
 protected:
  Kept kept_;
  State state_{&kept_};
};

TEST_F(StateTest, TheNextTimerOfSomeLeavesTheOthersAlone) {
  const auto at = [](int64_t ms) { return core::FromMillis(ms); };
  state_.SetTimer("a/1", at(10));
  state_.SetTimer("b/1", at(20));
  state_.SetTimer("b/2", at(30));
  const auto is_b = [](std::string_view name) { return name.starts_with("b/"); };
  EXPECT_FALSE(state_.NextTimer(at(19), is_b));
  EXPECT_EQ(state_.NextTimer(at(30), is_b)->name, "b/1");
  state_.ClearTimer("b/1");
  EXPECT_EQ(state_.NextTimer(at(30), is_b)->name, "b/2");
  EXPECT_EQ(state_.NextTimer()->name, "a/1");
}

TEST_F(StateTest, RowsOfAPassingTableAreForgottenOnceTheyAreStored) {
  state_.Preload({{"staying", "a"}, {"passing", "a"}});
  EXPECT_EQ(kept_.loads, 1);
  state_.Edit(kStaying, "a").set_value(1);
  state_.Edit(kPassing, "a").set_value(2);
  state_.EvictCleanRows(100);
  EXPECT_EQ(state_.hot_rows(), 2u) << "what is not stored yet stays";
  kept_.Commit(state_);
  state_.EvictCleanRows(100);
  EXPECT_EQ(state_.hot_rows(), 1u);
  EXPECT_EQ(state_.Find(kStaying, "a")->value(), 1);
  EXPECT_EQ(kept_.loads, 1);
  EXPECT_EQ(state_.Find(kPassing, "a")->value(), 2);
  EXPECT_EQ(kept_.loads, 2);
}

TEST_F(StateTest, AWalkOverAPassingTableSeesWhatIsStoredAndWhatIsNot) {
  state_.Edit(kPassing, "a/1").set_value(1);
  kept_.Commit(state_);
  state_.EvictCleanRows(100);
  state_.Edit(kPassing, "a/2").set_value(2);
  const auto sum = [&] {
    int64_t sum = 0;
    state_.ForEach(kPassing, "a/", [&](const auto&, const Int64Value& row) { sum += row.value(); });
    return sum;
  };
  EXPECT_EQ(sum(), 3);
  EXPECT_EQ(sum(), 3);
  EXPECT_EQ(kept_.scans, 1);
  kept_.Commit(state_);
  state_.EvictCleanRows(100);
  EXPECT_EQ(sum(), 3);
  EXPECT_EQ(kept_.scans, 2);
}

TEST_F(StateTest, MoreRowsThanAreKeptAreForgottenAndFoundAgain) {
  for (const char* key : {"a", "b", "c"}) state_.Edit(kStaying, key).set_value(*key);
  kept_.Commit(state_);
  state_.EvictCleanRows(3);
  EXPECT_EQ(state_.hot_rows(), 3u);
  state_.EvictCleanRows(2);
  EXPECT_EQ(state_.hot_rows(), 0u);
  EXPECT_EQ(state_.Find(kStaying, "b")->value(), 'b');
}

}  // namespace
}  // namespace throughline::decider
