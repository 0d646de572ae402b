// The state of one partition, as a decider sees it: tables of protobuf messages by key, and timers.
//
// A row is loaded from its source when first asked for and stays hot; rows that `apply` changed are
// dirty until the owner has committed them. Reading never changes what a decider can observe, so a
// State behaves like the plain fold of the partition's events, however little of it is in memory.
// Not thread-safe: a State belongs to the one owner of its partition.
#pragma once

#include <absl/container/node_hash_map.h>
#include <absl/hash/hash.h>
#include <absl/strings/string_view.h>
#include <google/protobuf/arena.h>
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
  // True of rows that grow in number for ever and are seldom looked at twice: they are in memory
  // only until they are stored, in an arena.
  bool passing = false;
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
    return static_cast<const Row*>(
        Hot(RowsOf(table), table.name, key, Make<Row>).second.message.get());
  }
  // For Apply only: the row, created empty when there is none; it will be committed.
  template <class Row>
  Row& Edit(Table<Row> table, std::string_view key) {
    Rows& rows = RowsOf(table);
    Entry& entry = Hot(rows, table.name, key, Make<Row>);
    if (!entry.second.message) entry.second.message = Make<Row>(rows.arena.get());
    MarkDirty(rows, entry);
    return static_cast<Row&>(*entry.second.message);
  }
  // For Apply only.
  template <class Row>
  void Erase(Table<Row> table, std::string_view key) {
    Rows& rows = RowsOf(table);
    Entry& entry = Hot(rows, table.name, key, Make<Row>);
    entry.second.message.reset();
    MarkDirty(rows, entry);
  }
  // Calls visit(key, row) for every row whose key starts with prefix, in key order.
  // `visit` must not edit this table.
  template <class Row>
  void ForEach(Table<Row> table, std::string_view prefix,
               const std::type_identity_t<std::function<void(const std::string&, const Row&)>>&
                   visit) const {
    for (const Entry* entry : LoadPrefix(RowsOf(table), table.name, prefix, Make<Row>)) {
      if (entry->second.message) {
        visit(entry->first, static_cast<const Row&>(*entry->second.message));
      }
    }
  }

  // For Apply only: asks for a timer input at `due`; replaces a timer of the same name.
  void SetTimer(std::string_view name, core::Instant due);
  // For Apply only: no effect when there is no such timer.
  void ClearTimer(std::string_view name);
  // The earliest timer, ties broken by name; nullopt when there is none.
  std::optional<Timer> NextTimer() const;
  // The earliest of those that are due by then and whose name is wanted.
  std::optional<Timer> NextTimer(core::Instant by,
                                 const std::function<bool(std::string_view name)>& wanted) const;

  // For the owner of the partition.
  // One Load for all that are not hot; keys may repeat. Drop the State when the source throws.
  void Preload(std::vector<RowKey> keys);
  std::vector<RowChange> TakeChanges();  // dirty rows, serialized; they are clean after
  // Forgets what is clean and passing, and beyond that many rows everything clean.
  void EvictCleanRows(size_t keep_at_most);
  size_t hot_rows() const { return hot_rows_; }
  // From then on the names of timers that are set are appended there; null: nowhere.
  void NoteTimersIn(std::vector<std::string>* names) { timers_set_ = names; }

 private:
  // What is in an arena goes with it.
  struct Drop {
    void operator()(google::protobuf::MessageLite* message) const {
      if (message->GetArena() == nullptr) delete message;
    }
  };
  using MessagePtr = std::unique_ptr<google::protobuf::MessageLite, Drop>;
  using Maker = MessagePtr (*)(google::protobuf::Arena*);
  struct Cell {
    MessagePtr message;                     // null: known to be absent
    std::optional<std::string> serialized;  // preloaded, not parsed yet
    bool dirty = false;
  };
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const {
      return absl::Hash<absl::string_view>()({text.data(), text.size()});
    }
  };
  template <class Value>
  using ByName = absl::node_hash_map<std::string, Value, Hash, std::equal_to<>>;
  using Entry = ByName<Cell>::value_type;
  // Rows are looked up far more often than they are walked through, so their order is found only
  // when it is asked for.
  struct Rows {
    std::unique_ptr<google::protobuf::Arena> arena;  // of passing rows
    ByName<Cell> by_key;
    std::vector<Entry*> in_order;  // the first `ordered` of them; the others came after
    size_t ordered = 0;
    std::vector<Entry*> dirty;
    std::set<std::string, std::less<>> loaded_prefixes;
  };

  template <class Row>
  static MessagePtr Make(google::protobuf::Arena* arena) {
    return MessagePtr(google::protobuf::Arena::CreateMessage<Row>(arena));
  }
  template <class Row>
  Rows& RowsOf(Table<Row> table) const {
    Rows& rows = RowsOf(table.name);
    if (table.passing && !rows.arena) rows.arena = std::make_unique<google::protobuf::Arena>();
    return rows;
  }
  Rows& RowsOf(std::string_view table) const;
  // The entry of the key in the table, and whether it was added.
  std::pair<Entry*, bool> Put(Rows& rows, std::string_view key) const;
  Entry& Hot(Rows& rows, std::string_view table, std::string_view key, Maker make) const;
  std::vector<const Entry*> LoadPrefix(Rows& rows, std::string_view table, std::string_view prefix,
                                       Maker make) const;
  static void Parse(const Rows& rows, Cell& cell, Maker make);
  void LoadTimers() const;
  static void MarkDirty(Rows& rows, Entry& entry);
  void EvictCleanRowsOf(Rows& rows);

  RowSource* source_;
  mutable ByName<Rows> tables_;
  mutable size_t hot_rows_ = 0;
  std::set<std::string, std::less<>> dirty_timers_;
  std::vector<std::string>* timers_set_ = nullptr;
  mutable bool timers_loaded_ = false;
  mutable std::map<std::string, core::Instant, std::less<>> timers_;
  mutable std::set<std::pair<core::Instant, std::string>> due_;
};

}  // namespace throughline::decider
