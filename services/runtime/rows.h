// Reads committed state for queries, on any replica: rows of a service's tables by partition key.
// Thread-safe. A read that follows an answered command sees what it changed. BEING_REBUILT
// (UNAVAILABLE) while a store that lost rows is not whole again.
//
// Rows of an earlier moment read the same, and know those of now; past() answers questions about
// those.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <queue>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.h"
#include "decider/state.h"
#include "runtime/journal.h"

namespace throughline::runtime {

class Past;

class Rows;

// Rows of a table from every partition, merged in key order, each read once: those of a partition
// that are taken are followed by its next ones. Of a row that every partition keeps a copy of there
// is one. Not thread-safe; `rows` must outlive it.
class RowsInOrder {
 public:
  using Raw = std::pair<std::string, std::string>;

  // Keys that start with `prefix` and are greater than `after`; `at_once` of a partition in a read.
  RowsInOrder(const Rows& rows, std::string_view table, std::string_view prefix,
              std::string_view after, size_t at_once);
  // The next row, serialized; nullopt at the end.
  core::Result<std::optional<Raw>> Next();

 private:
  struct OfPartition {
    std::vector<Raw> rows;
    size_t next = 0;
    bool has_more = true;
  };
  core::Result<void> Fill(int32_t partition);

  const Rows& rows_;
  const std::string table_, prefix_;
  std::string last_;  // key of the row that was given last
  const size_t at_once_;
  std::vector<OfPartition> partitions_;
  std::vector<int32_t> empty_;  // partitions whose next rows are to be read
  // The first row of each partition that is left, the least on top.
  using First = std::pair<std::string_view, int32_t>;
  std::priority_queue<First, std::vector<First>, std::greater<>> firsts_;
};

class Rows {
 public:
  // `reader` must outlive this. Null: of earlier moments nothing is known.
  Rows(RowReader& reader, std::string service, int32_t partitions,
       std::shared_ptr<Past> past = nullptr);

  // How the same service's rows stood earlier; null where that is not known.
  Past* past() const { return past_.get(); }

  // The same rows as they stand now: these themselves, or those that they are looked at from.
  const Rows& now() const { return now_ == nullptr ? *this : *now_; }
  // These, of an earlier moment, looked at from `now`, which must outlive what is returned.
  Rows From(const Rows& now) const {
    Rows seen = *this;
    seen.now_ = &now;
    return seen;
  }

  // One row of the partition that `partition_key` routes to.
  template <class Row>
  core::Result<std::optional<Row>> Get(decider::Table<Row> table, std::string_view partition_key,
                                       std::string_view key) const {
    auto rows = GetMany(table, partition_key, {std::string(key)});
    if (!rows) return core::Refuse(rows.error());
    return std::move(rows->front());
  }
  // Several rows of one partition in one read, in the order of `keys`.
  template <class Row>
  core::Result<std::vector<std::optional<Row>>> GetMany(
      decider::Table<Row> table, std::string_view partition_key,
      const std::vector<std::string>& keys) const {
    auto raw = LoadRaw(table.name, partition_key, keys);
    if (!raw) return core::Refuse(raw.error());
    std::vector<std::optional<Row>> rows(raw->size());
    for (size_t i = 0; i < raw->size(); ++i) {
      if ((*raw)[i]) rows[i].emplace().ParseFromString(*(*raw)[i]);
    }
    return rows;
  }
  // Rows whose key starts with `prefix` and is greater than `after`, in key order, at most `limit`,
  // from the partition that `partition_key` routes to.
  template <class Row>
  core::Result<std::vector<std::pair<std::string, Row>>> Scan(decider::Table<Row> table,
                                                              std::string_view partition_key,
                                                              std::string_view prefix,
                                                              std::string_view after,
                                                              size_t limit) const {
    return Parse<Row>(ScanRaw(table.name, partition_key, prefix, after, limit));
  }
  // The same from one partition, by its number.
  template <class Row>
  core::Result<std::vector<std::pair<std::string, Row>>> ScanIn(int32_t partition,
                                                                decider::Table<Row> table,
                                                                std::string_view prefix,
                                                                std::string_view after,
                                                                size_t limit) const {
    return Parse<Row>(ScanPartition(partition, table.name, prefix, after, limit));
  }
  // The same from every partition, merged in key order: for a whole district.
  template <class Row>
  core::Result<std::vector<std::pair<std::string, Row>>> ScanAll(decider::Table<Row> table,
                                                                 std::string_view prefix,
                                                                 std::string_view after,
                                                                 size_t limit) const {
    return Parse<Row>(ScanAllRaw(table.name, prefix, after, limit));
  }

 private:
  friend class RowsInOrder;
  using RawRows = std::vector<std::pair<std::string, std::string>>;
  core::Result<std::vector<std::optional<std::string>>> LoadRaw(
      std::string_view table, std::string_view partition_key,
      const std::vector<std::string>& keys) const;
  core::Result<RawRows> ScanPartition(int32_t partition, std::string_view table,
                                      std::string_view prefix, std::string_view after,
                                      size_t limit) const;
  core::Result<RawRows> ScanRaw(std::string_view table, std::string_view partition_key,
                                std::string_view prefix, std::string_view after,
                                size_t limit) const;
  core::Result<RawRows> ScanAllRaw(std::string_view table, std::string_view prefix,
                                   std::string_view after, size_t limit) const;
  template <class Row>
  static core::Result<std::vector<std::pair<std::string, Row>>> Parse(core::Result<RawRows> raw) {
    if (!raw) return core::Refuse(raw.error());
    std::vector<std::pair<std::string, Row>> rows(raw->size());
    for (size_t i = 0; i < raw->size(); ++i) {
      rows[i].first = std::move((*raw)[i].first);
      rows[i].second.ParseFromString((*raw)[i].second);
    }
    return rows;
  }

  RowReader* reader_;
  std::string service_;
  int32_t partitions_;
  std::shared_ptr<Past> past_;
  const Rows* now_ = nullptr;
};

}  // namespace throughline::runtime
