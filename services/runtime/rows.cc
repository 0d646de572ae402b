#include "runtime/rows.h"

#include <algorithm>

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
  for (int32_t partition = 0; partition < partitions_; ++partition) {
    auto rows = ScanPartition(partition, table, prefix, after, limit);
    if (!rows) return rows;
    std::move(rows->begin(), rows->end(), std::back_inserter(all));
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  // A row that every partition keeps a copy of counts once.
  all.erase(std::unique(all.begin(), all.end(),
                        [](const auto& a, const auto& b) { return a.first == b.first; }),
            all.end());
  if (all.size() > limit) all.resize(limit);
  return all;
}

}  // namespace throughline::runtime
