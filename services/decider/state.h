// The state of one partition, as a decider sees it: tables of protobuf messages by key, and timers.
//
// A row is loaded from its source when first asked for and stays hot; rows that `apply` changed are
// dirty until the owner has committed them. Reading never changes what a decider can observe, so a
// State behaves like the plain fold of the partition's events, however little of it is in memory.
// Not thread-safe: a State belongs to the one owner of its partition.
#pragma once

#include <google/protobuf/message_lite.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/date.h"

namespace throughline::decider {

// Names a table and the message its rows are. Declare each once, as a constant beside the
// aggregate.
template <class Row>
struct Table {
  std::string_view name;
};

struct RowKey {
  std::string table;
  std::string key;
  auto operator<=>(const RowKey&) const = default;
};

// Where rows come from that are not in memory yet. Throws what its implementation throws when the
// rows cannot be read; the owner of the partition catches it and starts over.
class RowSource {
 public:
  virtual ~RowSource() = default;
  // The serialized rows, in the order of `keys`; nullopt where there is none.
  virtual std::vector<std::optional<std::string>> Load(const std::vector<RowKey>& keys) = 0;
  // Every row of `table` whose key starts with `prefix`, in key order.
  virtual std::vector<std::pair<std::string, std::string>> Scan(std::string_view table,
                                                                std::string_view prefix) = 0;
};

// A moment at which the partition wants an input. Its name is unique in the partition.
struct Timer {
  std::string name;
  core::Instant due;
};

struct RowChange {
  RowKey row;
  std::optional<std::string> value;  // nullopt: the row is erased
};

class State {
 public:
  // `source` may be null (nothing is stored yet) and must outlive the State.
  explicit State(RowSource* source) : source_(source) {}

  // The row, or null. The pointer is valid until the row is edited, erased or evicted.
  template <class Row>
  const Row* Find(Table<Row> table, std::string_view key) const {
    return static_cast<const Row*>(Hot(table.name, key, Make<Row>).message.get());
  }
  // For Apply only: the row, created empty when there is none; it will be committed.
  template <class Row>
  Row& Edit(Table<Row> table, std::string_view key) {
    Cell& cell = Hot(table.name, key, Make<Row>);
    if (!cell.message) cell.message = Make<Row>();
    MarkDirty(table.name, key, cell);
    return static_cast<Row&>(*cell.message);
  }
  // For Apply only.
  template <class Row>
  void Erase(Table<Row> table, std::string_view key) {
    Cell& cell = Hot(table.name, key, Make<Row>);
    cell.message.reset();
    MarkDirty(table.name, key, cell);
  }
  // Calls visit(key, row) for every row whose key starts with prefix, in key order.
  // `visit` must not edit this table.
  template <class Row>
  void ForEach(Table<Row> table, std::string_view prefix,
               const std::type_identity_t<std::function<void(const std::string&, const Row&)>>&
                   visit) const {
    LoadPrefix(table.name, prefix, Make<Row>);
    Cells& cells = tables_[std::string(table.name)];
    for (auto it = cells.lower_bound(prefix); it != cells.end(); ++it) {
      if (!std::string_view(it->first).starts_with(prefix)) break;
      if (it->second.message) visit(it->first, static_cast<const Row&>(*it->second.message));
    }
  }

  // For Apply only: asks for a timer input at `due`; replaces a timer of the same name.
  void SetTimer(std::string_view name, core::Instant due);
  // For Apply only: no effect when there is no such timer.
  void ClearTimer(std::string_view name);
  // The earliest timer, ties broken by name; nullopt when there is none.
  std::optional<Timer> NextTimer() const;

  // For the owner of the partition.
  void Preload(const std::vector<RowKey>& keys);  // one Load for all that are not hot
  std::vector<RowChange> TakeChanges();           // dirty rows, serialized; they are clean after
  void EvictCleanRows(size_t keep_at_most);       // forgets everything clean beyond that many rows
  size_t hot_rows() const { return hot_rows_; }

 private:
  using MessagePtr = std::unique_ptr<google::protobuf::MessageLite>;
  using Maker = MessagePtr (*)();
  struct Cell {
    MessagePtr message;                     // null: known to be absent
    std::optional<std::string> serialized;  // preloaded, not parsed yet
    bool dirty = false;
  };
  using Cells = std::map<std::string, Cell, std::less<>>;

  template <class Row>
  static MessagePtr Make() {
    return std::make_unique<Row>();
  }
  Cell& Hot(std::string_view table, std::string_view key, Maker make) const;
  void LoadPrefix(std::string_view table, std::string_view prefix, Maker make) const;
  void LoadTimers() const;
  void MarkDirty(std::string_view table, std::string_view key, Cell& cell);

  RowSource* source_;
  mutable std::map<std::string, Cells, std::less<>> tables_;
  mutable std::set<std::pair<std::string, std::string>> loaded_prefixes_;
  mutable size_t hot_rows_ = 0;
  std::vector<RowKey> dirty_;
  mutable bool timers_loaded_ = false;
  mutable std::map<std::string, core::Instant, std::less<>> timers_;
  mutable std::set<std::pair<core::Instant, std::string>> due_;
};

}  // namespace throughline::decider
