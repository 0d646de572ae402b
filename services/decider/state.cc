#include "decider/state.h"

#include <algorithm>
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

State::Rows& State::RowsOf(std::string_view table) const {
  auto found = tables_.find(table);
  if (found == tables_.end()) found = tables_.try_emplace(std::string(table)).first;
  return found->second;
}

std::pair<State::Entry*, bool> State::Put(Rows& rows, std::string_view key) const {
  if (auto found = rows.by_key.find(key); found != rows.by_key.end()) return {&*found, false};
  Entry* added = &*rows.by_key.try_emplace(std::string(key)).first;
  rows.in_order.push_back(added);
  ++hot_rows_;
  return {added, true};
}

State::Entry& State::Hot(Rows& rows, std::string_view table, std::string_view key,
                         Maker make) const {
  Entry* entry = nullptr;
  if (auto found = rows.by_key.find(key); found != rows.by_key.end()) {
    entry = &*found;
  } else {
    std::optional<std::string> stored;
    if (source_ != nullptr) {
      stored = source_->Load({RowKey{std::string(table), std::string(key)}}).front();
    }
    entry = Put(rows, key).first;
    entry->second.serialized = std::move(stored);
  }
  Parse(rows, entry->second, make);
  return *entry;
}

void State::Parse(const Rows& rows, Cell& cell, Maker make) {
  if (!cell.serialized) return;
  cell.message = make(rows.arena.get());
  cell.message->ParseFromString(*cell.serialized);
  cell.serialized.reset();
}

std::vector<const State::Entry*> State::LoadPrefix(Rows& rows, std::string_view table,
                                                   std::string_view prefix, Maker make) const {
  if (source_ != nullptr && rows.loaded_prefixes.emplace(prefix).second) {
    for (auto& [key, value] : source_->Scan(table, prefix)) {
      auto [entry, added] = Put(rows, key);
      if (added) entry->second.serialized = std::move(value);  // what is hot is newer
    }
  }
  const auto by_key = [](const Entry* a, const Entry* b) { return a->first < b->first; };
  const auto added = rows.in_order.begin() + static_cast<ptrdiff_t>(rows.ordered);
  std::sort(added, rows.in_order.end(), by_key);
  std::inplace_merge(rows.in_order.begin(), added, rows.in_order.end(), by_key);
  rows.ordered = rows.in_order.size();
  std::vector<const Entry*> found;
  auto it =
      std::lower_bound(rows.in_order.begin(), rows.in_order.end(), prefix,
                       [](const Entry* entry, std::string_view key) { return entry->first < key; });
  for (; it != rows.in_order.end() && (*it)->first.starts_with(prefix); ++it) {
    Parse(rows, (*it)->second, make);
    found.push_back(*it);
  }
  return found;
}

void State::MarkDirty(Rows& rows, Entry& entry) {
  if (entry.second.dirty) return;
  entry.second.dirty = true;
  rows.dirty.push_back(&entry);
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
  if (timers_set_ != nullptr) timers_set_->emplace_back(name);
  timers_.emplace(std::string(name), due);
  due_.emplace(due, std::string(name));
}

void State::ClearTimer(std::string_view name) {
  LoadTimers();
  dirty_timers_.emplace(name);
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

std::optional<Timer> State::NextTimer(
    core::Instant by, const std::function<bool(std::string_view name)>& wanted) const {
  LoadTimers();
  for (const auto& [due, name] : due_) {
    if (due > by) break;
    if (wanted(name)) return Timer{name, due};
  }
  return std::nullopt;
}

void State::Preload(std::vector<RowKey> keys) {
  if (source_ == nullptr) return;
  std::vector<RowKey> cold;
  for (RowKey& key : keys) {
    if (Put(RowsOf(key.table), key.key).second) cold.push_back(std::move(key));
  }
  if (cold.empty()) return;
  std::sort(cold.begin(), cold.end());  // what lies together is read together
  std::vector<std::optional<std::string>> rows = source_->Load(cold);
  for (size_t i = 0; i < cold.size(); ++i) {
    RowsOf(cold[i].table).by_key.find(cold[i].key)->second.serialized = std::move(rows[i]);
  }
}

// Table by table, so that a store need not look up where each row belongs.
std::vector<RowChange> State::TakeChanges() {
  std::vector<RowChange> changes;
  size_t count = dirty_timers_.size();
  for (const auto& [table, rows] : tables_) count += rows.dirty.size();
  changes.reserve(count);
  for (auto& [table, rows] : tables_) {
    for (Entry* entry : rows.dirty) {
      Cell& cell = entry->second;
      cell.dirty = false;
      std::optional<std::string> value;
      if (cell.message) value = cell.message->SerializeAsString();
      changes.push_back({{table, entry->first}, std::move(value)});
    }
    rows.dirty.clear();
  }
  for (const std::string& name : dirty_timers_) {
    auto timer = timers_.find(name);
    std::optional<std::string> value;
    if (timer != timers_.end()) value = std::to_string(core::ToMillis(timer->second));
    changes.push_back({{std::string(kTimerTable), name}, std::move(value)});
  }
  dirty_timers_.clear();
  return changes;
}

void State::EvictCleanRows(size_t keep_at_most) {
  if (source_ == nullptr) return;
  const bool too_many = hot_rows_ > keep_at_most;
  for (auto& [name, rows] : tables_) {
    if (too_many || rows.arena) EvictCleanRowsOf(rows);
  }
}

void State::EvictCleanRowsOf(Rows& rows) {
  rows.loaded_prefixes.clear();
  hot_rows_ -= absl::erase_if(rows.by_key, [](const Entry& entry) { return !entry.second.dirty; });
  rows.in_order.clear();
  rows.ordered = 0;
  for (Entry& entry : rows.by_key) rows.in_order.push_back(&entry);
  if (rows.arena && rows.by_key.empty()) rows.arena->Reset();
}

}  // namespace throughline::decider
