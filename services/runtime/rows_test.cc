#include "runtime/rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "runtime/partition_tables.h"

namespace throughline::runtime {
namespace {

using testing::ElementsAre;

// Rows of some partitions, and how many of them were read.
class CountedRows final : public RowReader {
 public:
  core::Result<std::vector<std::optional<std::string>>> Load(
      const StorePartition&, const std::vector<decider::RowKey>& keys,
      const std::optional<std::string>&) override {
    return std::vector<std::optional<std::string>>(keys.size());
  }
  core::Result<std::vector<std::pair<std::string, std::string>>> Scan(
      const StorePartition& from, std::string_view, std::string_view prefix, std::string_view after,
      size_t limit, const std::optional<std::string>&) override {
    std::vector<std::pair<std::string, std::string>> found;
    for (const auto& [key, row] : rows[from.partition]) {
      if (!key.starts_with(prefix) || key <= after || found.size() == limit) continue;
      found.emplace_back(key, row);
    }
    read += found.size();
    return found;
  }

  std::map<int32_t, std::map<std::string, std::string>> rows;
  size_t read = 0;
};

class RowsInOrderTest : public testing::Test {
 protected:
  RowsInOrderTest() {
    stored_.rows[0] = {{"d/a", "a"}, {"d/d", "d"}, {"d/e", "e"}, {"d/shared", "0"}};
    stored_.rows[1] = {{"d/b", "b"}, {"d/c", "c"}, {"d/shared", "1"}, {"other/a", "x"}};
  }
  std::string Taken(size_t at_once, size_t at_most = 100, const std::string& after = "") {
    RowsInOrder in_order(rows_, "table", "d/", after, at_once);
    std::string taken;
    for (size_t i = 0; i < at_most; ++i) {
      const auto next = in_order.Next();
      if (!next || !*next) break;
      taken += (*next)->second;
    }
    return taken;
  }

  CountedRows stored_;
  Rows rows_{stored_, "service", 3};
};

TEST_F(RowsInOrderTest, RowsOfAllPartitionsComeInTheOrderOfTheirKeysAndCopiesOnce) {
  for (size_t at_once = 1; at_once < 6; ++at_once) EXPECT_EQ(Taken(at_once), "abcde0") << at_once;
  EXPECT_EQ(Taken(2, 100, "d/b"), "cde0");
  EXPECT_EQ(rows_.ScanAll(decider::Table<v1::PartitionTime>{"table"}, "d/", "", 2)->size(), 2U);
}

TEST_F(RowsInOrderTest, NoRowIsReadTwice) {
  Taken(1);
  EXPECT_EQ(stored_.read, 7U);
}

TEST_F(RowsInOrderTest, WhatNobodyTakesIsNotRead) {
  Taken(2, 2);
  EXPECT_EQ(stored_.read, 4U) << "two of each, and none to follow those that were taken";
}

}  // namespace
}  // namespace throughline::runtime
