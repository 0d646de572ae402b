#include "runtime/kept_rows.h"

#include <algorithm>
#include <limits>

namespace throughline::runtime {

namespace {

// What a row costs in memory besides its bytes.
constexpr size_t kRowOverhead = 128;

}  // namespace

std::vector<std::optional<std::string>> KeptRows::Load(const std::vector<decider::RowKey>& keys) {
  std::vector<std::optional<std::string>> found(keys.size());
  for (size_t i = 0; i < keys.size(); ++i) {
    if (const auto row = rows_.find(keys[i]); row != rows_.end()) found[i] = row->second;
  }
  return found;
}

std::vector<std::pair<std::string, std::string>> KeptRows::Scan(std::string_view table,
                                                                std::string_view prefix) {
  return Scan(table, prefix, "", std::numeric_limits<size_t>::max());
}

std::vector<std::pair<std::string, std::string>> KeptRows::Scan(std::string_view table,
                                                                std::string_view prefix,
                                                                std::string_view after,
                                                                size_t limit) const {
  std::vector<std::pair<std::string, std::string>> found;
  for (auto row = rows_.lower_bound({std::string(table), std::string(std::max(prefix, after))});
       row != rows_.end() && found.size() < limit; ++row) {
    if (row->first.table != table || !row->first.key.starts_with(prefix)) break;
    if (row->first.key > after) found.emplace_back(row->first.key, row->second);
  }
  return found;
}

void KeptRows::Keep(decider::State& state, size_t hot_at_most) {
  const auto size = [](const auto& row) {
    return row.first.table.size() + row.first.key.size() + row.second.size() + kRowOverhead;
  };
  for (decider::RowChange& change : state.TakeChanges()) {
    auto row = rows_.find(change.row);
    if (row != rows_.end()) bytes_ -= size(*row);
    if (change.value) {
      if (row == rows_.end()) {
        row = rows_.emplace(std::move(change.row), *std::move(change.value)).first;
      } else {
        row->second = *std::move(change.value);
      }
      bytes_ += size(*row);
    } else if (row != rows_.end()) {
      rows_.erase(row);
    }
  }
  state.EvictCleanRows(hot_at_most);
}

}  // namespace throughline::runtime
