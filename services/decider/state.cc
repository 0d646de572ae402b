#include "decider/state.h"

#include <charconv>

namespace throughline::decider {
namespace {

// Timers are rows like any other, so that a partition taken over has the same ones.
constexpr std::string_view kTimerTable = "_timer";

core::Instant ParseDue(std::string_view text) {
  int64_t millis = 0;
  std::from_chars(text.data(), text.data() + text.size(), millis);
  return core::FromMillis(millis);
}

}  // namespace

State::Cell& State::Hot(std::string_view table, std::string_view key, Maker make) const {
  auto cells = tables_.find(table);
  if (cells == tables_.end()) cells = tables_.emplace(std::string(table), Cells()).first;
  auto found = cells->second.find(key);
  if (found == cells->second.end()) {
    Cell cell;
    if (source_ != nullptr) {
      cell.serialized = source_->Load({RowKey{std::string(table), std::string(key)}}).front();
    }
    found = cells->second.emplace(std::string(key), std::move(cell)).first;
    ++hot_rows_;
  }
  Cell& cell = found->second;
  if (cell.serialized) {
    cell.message = make();
    cell.message->ParseFromString(*cell.serialized);
    cell.serialized.reset();
  }
  return cell;
}

void State::LoadPrefix(std::string_view table, std::string_view prefix, Maker make) const {
  Cells& cells = tables_[std::string(table)];
  if (source_ != nullptr &&
      loaded_prefixes_.emplace(std::string(table), std::string(prefix)).second) {
    for (auto& [key, value] : source_->Scan(table, prefix)) {
      auto [found, added] = cells.try_emplace(std::move(key));
      if (!added) continue;  // what is hot is newer
      found->second.serialized = std::move(value);
      ++hot_rows_;
    }
  }
  for (auto it = cells.lower_bound(prefix); it != cells.end(); ++it) {
    if (!std::string_view(it->first).starts_with(prefix)) break;
    if (!it->second.serialized) continue;
    it->second.message = make();
    it->second.message->ParseFromString(*it->second.serialized);
    it->second.serialized.reset();
  }
}

void State::MarkDirty(std::string_view table, std::string_view key, Cell& cell) {
  if (cell.dirty) return;
  cell.dirty = true;
  dirty_.push_back({std::string(table), std::string(key)});
}

void State::LoadTimers() const {
  if (timers_loaded_) return;
  timers_loaded_ = true;
  if (source_ == nullptr) return;
  for (const auto& [name, value] : source_->Scan(kTimerTable, "")) {
    timers_[name] = ParseDue(value);
    due_.emplace(ParseDue(value), name);
  }
}

void State::SetTimer(std::string_view name, core::Instant due) {
  ClearTimer(name);
  timers_.emplace(std::string(name), due);
  due_.emplace(due, std::string(name));
}

void State::ClearTimer(std::string_view name) {
  LoadTimers();
  dirty_.push_back({std::string(kTimerTable), std::string(name)});
  auto timer = timers_.find(name);
  if (timer == timers_.end()) return;
  due_.erase({timer->second, timer->first});
  timers_.erase(timer);
}

std::optional<Timer> State::NextTimer() const {
  LoadTimers();
  if (due_.empty()) return std::nullopt;
  return Timer{due_.begin()->second, due_.begin()->first};
}

void State::Preload(const std::vector<RowKey>& keys) {
  if (source_ == nullptr) return;
  std::vector<RowKey> cold;
  for (const RowKey& key : keys) {
    Cells& cells = tables_[key.table];
    if (!cells.contains(key.key)) cold.push_back(key);
  }
  if (cold.empty()) return;
  std::vector<std::optional<std::string>> rows = source_->Load(cold);
  for (size_t i = 0; i < cold.size(); ++i) {
    auto [cell, added] = tables_[cold[i].table].try_emplace(cold[i].key);
    if (!added) continue;
    cell->second.serialized = std::move(rows[i]);
    ++hot_rows_;
  }
}

std::vector<RowChange> State::TakeChanges() {
  std::set<RowKey> timers;
  std::vector<RowChange> changes;
  changes.reserve(dirty_.size());
  for (RowKey& row : dirty_) {
    if (row.table == kTimerTable) {
      timers.insert(std::move(row));
      continue;
    }
    Cell& cell = tables_[row.table].find(row.key)->second;
    cell.dirty = false;
    std::optional<std::string> value;
    if (cell.message) value = cell.message->SerializeAsString();
    changes.push_back({std::move(row), std::move(value)});
  }
  dirty_.clear();
  for (const RowKey& row : timers) {
    auto timer = timers_.find(row.key);
    std::optional<std::string> value;
    if (timer != timers_.end()) value = std::to_string(core::ToMillis(timer->second));
    changes.push_back({row, std::move(value)});
  }
  return changes;
}

void State::EvictCleanRows(size_t keep_at_most) {
  if (source_ == nullptr || hot_rows_ <= keep_at_most) return;
  loaded_prefixes_.clear();
  for (auto& [name, cells] : tables_) {
    for (auto it = cells.begin(); it != cells.end();) {
      if (it->second.dirty) {
        ++it;
        continue;
      }
      it = cells.erase(it);
      --hot_rows_;
    }
  }
}

}  // namespace throughline::decider
