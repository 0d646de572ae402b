#include "runtime/rows.h"

#include <numeric>

#include "runtime/errors.h"
#include "runtime/partition_tables.h"
#include "runtime/partitioner.h"

namespace throughline::runtime {

using core::Result;

Rows::Rows(RowReader& reader, std::string service, int32_t partitions, std::shared_ptr<Past> past)
    : reader_(&reader),
      service_(std::move(service)),
      partitions_(partitions),
      past_(std::move(past)) {}

Result<std::vector<std::optional<std::string>>> Rows::LoadRaw(
    std::string_view table, std::string_view partition_key,
    const std::vector<std::string>& keys) const {
  std::vector<decider::RowKey> rows;
  rows.reserve(keys.size());
  for (const std::string& key : keys) rows.push_back({std::string(table), key});
  const bool is_volatile = reader_->IsVolatile();
  if (is_volatile) rows.push_back({std::string(kWhole.name), std::string(kWholeKey)});
  auto loaded = reader_->Load({service_, PartitionOf(partition_key, partitions_)}, rows);
  if (!loaded) return loaded;
  if (!is_volatile) {
    if (reader_->IsVolatile()) return core::Refuse(BeingRebuilt(service_));  // it lost it meanwhile
    return loaded;
  }
  if (!loaded->back()) return core::Refuse(BeingRebuilt(service_));
  loaded->pop_back();
  return loaded;
}

Result<Rows::RawRows> Rows::ScanPartition(int32_t partition, std::string_view table,
                                          std::string_view prefix, std::string_view after,
                                          size_t limit) const {
  const StorePartition from{service_, partition};
  const bool is_volatile = reader_->IsVolatile();
  if (is_volatile) {
    auto whole = reader_->Load(from, {{std::string(kWhole.name), std::string(kWholeKey)}});
    if (!whole) return core::Refuse(whole.error());
    if (!whole->front()) return core::Refuse(BeingRebuilt(service_));
  }
  auto rows = reader_->Scan(from, table, prefix, after, limit);
  if (!is_volatile && reader_->IsVolatile()) return core::Refuse(BeingRebuilt(service_));
  return rows;
}

Result<Rows::RawRows> Rows::ScanRaw(std::string_view table, std::string_view partition_key,
                                    std::string_view prefix, std::string_view after,
                                    size_t limit) const {
  return ScanPartition(PartitionOf(partition_key, partitions_), table, prefix, after, limit);
}

Result<Rows::RawRows> Rows::ScanAllRaw(std::string_view table, std::string_view prefix,
                                       std::string_view after, size_t limit) const {
  RawRows all;
  RowsInOrder in_order(*this, table, prefix, after, limit);
  while (all.size() < limit) {
    auto row = in_order.Next();
    if (!row) return core::Refuse(row.error());
    if (!*row) break;
    all.push_back(**std::move(row));
  }
  return all;
}

RowsInOrder::RowsInOrder(const Rows& rows, std::string_view table, std::string_view prefix,
                         std::string_view after, size_t at_once)
    : rows_(rows),
      table_(table),
      prefix_(prefix),
      last_(after),
      at_once_(at_once),
      partitions_(static_cast<size_t>(rows.partitions_)),
      empty_(partitions_.size()) {
  std::iota(empty_.begin(), empty_.end(), 0);
}

Result<std::optional<RowsInOrder::Raw>> RowsInOrder::Next() {
  while (true) {
    for (; !empty_.empty(); empty_.pop_back()) {
      if (auto filled = Fill(empty_.back()); !filled) return core::Refuse(filled.error());
    }
    if (firsts_.empty()) return std::nullopt;
    const int32_t partition = firsts_.top().second;
    firsts_.pop();
    OfPartition& of = partitions_[static_cast<size_t>(partition)];
    Raw row = std::move(of.rows[of.next++]);
    if (of.next < of.rows.size()) {
      firsts_.emplace(of.rows[of.next].first, partition);
    } else if (of.has_more) {
      empty_.push_back(partition);
    }
    if (std::exchange(last_, row.first) != row.first) return row;
  }
}

Result<void> RowsInOrder::Fill(int32_t partition) {
  auto read = rows_.ScanPartition(partition, table_, prefix_, last_, at_once_);
  if (!read) return core::Refuse(read.error());
  OfPartition& of = partitions_[static_cast<size_t>(partition)];
  of = {.rows = *std::move(read)};
  of.has_more = of.rows.size() >= at_once_;
  if (!of.rows.empty()) firsts_.emplace(of.rows.front().first, partition);
  return {};
}

}  // namespace throughline::runtime
