#include "runtime/redis/requests.h"

#include <algorithm>
#include <limits>
#include <map>

namespace throughline::runtime::redis {

namespace {

std::string Prefix(const StorePartition& partition) {
  return "tl:{" + partition.service + "." + std::to_string(partition.partition) + "}:";
}

// What is greater than every key with this prefix, and than nothing else; as ZRANGEBYLEX takes it.
std::string AboveAll(std::string_view prefix) {
  std::string above(prefix);
  while (!above.empty() && above.back() == '\xff') above.pop_back();
  if (above.empty()) return "+";
  above.back() = static_cast<char>(static_cast<unsigned char>(above.back()) + 1);
  return "(" + above;
}

Damage RowOf(std::string_view table) { return {"a row of the table " + std::string(table)}; }

std::string FirstOf(std::string_view prefix, std::string_view after) {
  if (!after.empty() && after >= prefix) return "(" + std::string(after);
  if (prefix.empty()) return "-";
  return "[" + std::string(prefix);
}

}  // namespace

std::string NameOf(const StorePartition& partition) {
  return partition.service + "/" + std::to_string(partition.partition);
}

std::string HeadKey(const StorePartition& partition) { return Prefix(partition) + "head"; }

std::string TablesKey(const StorePartition& partition) { return Prefix(partition) + "tables"; }

std::string RowsKey(const StorePartition& partition, std::string_view table) {
  return Prefix(partition) + "row:" + std::string(table);
}

std::string IndexKey(const StorePartition& partition, std::string_view table) {
  return Prefix(partition) + "key:" + std::string(table);
}

std::vector<TableChanges> ByTable(const std::vector<decider::RowChange>& rows) {
  // A script puts before it erases, so the order counts for rows that are erased and also put.
  std::map<std::pair<std::string_view, std::string_view>, const decider::RowChange*> last;
  for (const auto& change : rows) {
    if (!change.value) last[{change.row.table, change.row.key}] = nullptr;
  }
  const auto find = [&](const decider::RowChange& change) {
    return last.empty() ? last.end() : last.find({change.row.table, change.row.key});
  };
  for (const auto& change : rows) {
    if (auto found = find(change); found != last.end()) found->second = &change;
  }
  std::vector<TableChanges> tables;
  std::map<std::string_view, size_t> places;
  for (const auto& change : rows) {
    if (auto found = find(change); found != last.end() && found->second != &change) continue;
    const auto [place, is_new] = places.try_emplace(change.row.table, tables.size());
    if (is_new) tables.push_back({change.row.table, {}, {}});
    TableChanges& table = tables[place->second];
    (change.value ? table.put : table.erased).push_back(&change);
  }
  return tables;
}

CommitSize SizeOf(const Commit& commit, const std::vector<TableChanges>& tables) {
  constexpr size_t kAround = 16;  // of the protocol, about one word
  CommitSize size{8 + 5 * tables.size(), 512 + commit.head.size() + 256 * tables.size()};
  for (const TableChanges& table : tables) {
    size.words += 2 * table.put.size() + table.erased.size();
    for (const auto* change : table.put) {
      size.bytes +=
          change->row.key.size() + change->value->size() + kValueChecksumBytes + 2 * kAround;
    }
    for (const auto* change : table.erased) size.bytes += change->row.key.size() + kAround;
  }
  return size;
}

Request MakeHead(const StorePartition& of) {
  Request request;
  request.Command({"HMGET", HeadKey(of), "token", "head"});
  return request;
}

Checked<std::optional<std::string>> HeadIn(const StorePartition& of, const Replies& replies) {
  const redisReply& reply = *replies.front();
  const bool whole = reply.type == REDIS_REPLY_ARRAY && reply.elements == 2;
  const auto token = whole ? ValueOf(reply.element[0]) : std::nullopt;
  const auto kept = whole ? ValueOf(reply.element[1]) : std::nullopt;
  if (whole && !token && !kept) return std::optional<std::string>();
  if (token && kept) {
    if (const auto head = CheckedPlace(HeadKey(of)).ValueOf(*token, *kept)) {
      return std::optional<std::string>(*head);
    }
  }
  return tl::make_unexpected(Damage{"the head"});
}

Request MakeCommit(const Connection& on, const StorePartition& to, const Commit& commit,
                   const std::vector<TableChanges>& tables) {
  size_t words = 3 + 2 + 3;
  for (const TableChanges& table : tables) {
    words += 2 + 3 + 2 * table.put.size() + table.erased.size();
  }
  Request request;
  request.Reserve(SizeOf(commit, tables).bytes);
  request.Begin(words).Word("EVALSHA").Word(on.NameOf(Script::kCommit));
  request.Number(2 + 2 * tables.size()).Word(HeadKey(to)).Word(TablesKey(to));
  for (const TableChanges& table : tables) {
    request.Word(RowsKey(to, table.table)).Word(IndexKey(to, table.table));
  }
  request.Word(commit.expected_token).Word(commit.token);
  request.Word(commit.head,
               BytesOf(CheckedPlace(HeadKey(to)).ChecksumOf(commit.token, commit.head)));
  for (const TableChanges& table : tables) {
    request.Word(table.table).Number(table.put.size()).Number(table.erased.size());
    const CheckedPlace kept_at(RowsKey(to, table.table));
    for (const auto* change : table.put) {
      request.Word(change->row.key);
      request.Word(*change->value, BytesOf(kept_at.ChecksumOf(change->row.key, *change->value)));
    }
    for (const auto* change : table.erased) request.Word(change->row.key);
  }
  return request;
}

LoadRequest::LoadRequest(const StorePartition& from, const std::vector<decider::RowKey>& keys,
                         bool guarded)
    : keys_(keys.size()), guarded_(guarded) {
  constexpr size_t kKeysAtMost = 100'000;   // of one HMGET
  std::map<std::string_view, size_t> open;  // table -> part with room
  for (size_t i = 0; i < keys.size(); ++i) {
    const auto [place, is_new] = open.try_emplace(keys[i].table, parts_.size());
    if (!is_new && parts_[place->second].places.size() == kKeysAtMost) {
      place->second = parts_.size();
    }
    if (place->second == parts_.size()) {
      parts_.push_back({keys[i].table, {}, CheckedPlace(RowsKey(from, keys[i].table))});
    }
    parts_[place->second].places.push_back(i);
  }
  together_ = guarded_ || parts_.size() > 1;
  if (together_) request_.Command({"MULTI"});
  if (guarded_) request_.Command({"HGET", HeadKey(from), "token"});
  for (const Part& part : parts_) {
    request_.Begin(2 + part.places.size()).Word("HMGET").Word(RowsKey(from, part.table));
    for (size_t place : part.places) request_.Word(keys[place].key);
  }
  if (together_) request_.Command({"EXEC"});
}

const redisReply* LoadRequest::ReplyOf(const Replies& replies, size_t command) const {
  if (!together_) return replies[command].get();
  const redisReply* all = replies.back().get();
  return all->type == REDIS_REPLY_ARRAY && command < all->elements ? all->element[command]
                                                                   : nullptr;
}

std::string LoadRequest::Token(const Replies& replies) const {
  return std::string(TextOf(ReplyOf(replies, 0)));
}

Checked<std::vector<std::optional<std::string>>> LoadRequest::Rows(
    const std::vector<decider::RowKey>& keys, const Replies& replies) const {
  std::vector<std::optional<std::string>> rows(keys_);
  for (size_t p = 0; p < parts_.size(); ++p) {
    const Part& part = parts_[p];
    const redisReply* reply = ReplyOf(replies, p + (guarded_ ? 1 : 0));
    if (reply == nullptr || reply->elements != part.places.size()) {
      return tl::make_unexpected(Damage{"the table " + std::string(part.table)});
    }
    for (size_t i = 0; i < part.places.size(); ++i) {
      const redisReply* kept = reply->element[i];
      if (kept->type == REDIS_REPLY_NIL) continue;
      const size_t place = part.places[i];
      const auto value = part.kept_at.ValueOf(keys[place].key, TextOf(kept));
      if (!value) return tl::make_unexpected(RowOf(part.table));
      rows[place].emplace(*value);
    }
  }
  return rows;
}

Request MakeScan(const Connection& on, const StorePartition& from, const ScanQuestion& question) {
  const size_t limit = std::min<size_t>(question.limit, std::numeric_limits<int64_t>::max());
  Request request;
  request.Begin(3 + 4 + 6).Word("EVALSHA").Word(on.NameOf(Script::kScan)).Number(4);
  request.Word(HeadKey(from)).Word(TablesKey(from));
  request.Word(RowsKey(from, question.table)).Word(IndexKey(from, question.table));
  request.Word(question.expected_token ? "1" : "0").Word(question.expected_token.value_or(""));
  request.Word(question.table).Word(FirstOf(question.prefix, question.after));
  request.Word(AboveAll(question.prefix)).Number(limit);
  return request;
}

Checked<std::vector<std::pair<std::string, std::string>>> RowsIn(const StorePartition& from,
                                                                 std::string_view table,
                                                                 const Replies& replies) {
  std::vector<std::pair<std::string, std::string>> rows;
  const redisReply& reply = *replies.front();
  if (reply.elements != 2) return rows;
  const CheckedPlace kept_at(RowsKey(from, table));
  const redisReply &keys = *reply.element[0], &kept = *reply.element[1];
  rows.reserve(keys.elements);
  for (size_t i = 0; i < keys.elements; ++i) {
    // A key of the index without a row is damage, too.
    const auto value = kept_at.ValueOf(TextOf(keys.element[i]), TextOf(kept.element[i]));
    if (!value) return tl::make_unexpected(RowOf(table));
    rows.emplace_back(TextOf(keys.element[i]), *value);
  }
  return rows;
}

Request MakeIndex(const Connection& on, const StorePartition& partition, std::string_view table,
                  std::string_view cursor, std::string_view id) {
  Request request;
  request.Command({"EVALSHA", on.NameOf(Script::kIndex), "3", TablesKey(partition),
                   RowsKey(partition, table), IndexKey(partition, table), table, cursor, id});
  return request;
}

Request MakeClear(const Connection& on, const StorePartition& partition,
                  const std::vector<std::string>& tables) {
  Request request;
  request.Begin(3 + 2 + 3 * tables.size()).Word("EVALSHA").Word(on.NameOf(Script::kClear));
  request.Number(2 + 2 * tables.size()).Word(HeadKey(partition)).Word(TablesKey(partition));
  for (const std::string& table : tables) {
    request.Word(RowsKey(partition, table)).Word(IndexKey(partition, table));
  }
  for (const std::string& table : tables) request.Word(table);
  return request;
}

}  // namespace throughline::runtime::redis
