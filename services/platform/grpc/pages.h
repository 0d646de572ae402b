// Pages of a list: rows in key order, each page going on after the last key of the one before.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/key.h"
#include "platform/grpc/errors.h"
#include "runtime/rows.h"

namespace throughline::platform {

template <class Row>
struct Page {
  std::vector<std::pair<std::string, Row>> rows;
  std::string next;  // the page token of the next page; empty at the end
};

inline constexpr int32_t kPageAtMost = 1000;
inline constexpr int32_t kPageWhenNotSaid = 100;

// The token of the page that goes on behind a key of a table; and back, nullopt for what is no
// token of that table. Opaque to clients; a checksum reveals forged ones.
std::string PageTokenOf(std::string_view table, std::string_view key);
std::optional<std::string> KeyOfPageToken(std::string_view table, std::string_view token);

// "a/b/" of the parts that are not empty: what keys of a list begin with.
template <class... Parts>
std::string PrefixOf(const Parts&... parts) {
  std::string prefix;
  bool open = true;
  const auto add = [&](const std::string& part) {
    open = open && !part.empty();
    if (open) prefix += core::JoinKey(part, "");
  };
  (add(parts), ...);
  return prefix;
}

// Takes every key and row, in every partition, whose key begins with `prefix`, in key order.
template <class Row, class Take>
core::Result<void> ForEachKeyAndRow(const runtime::Rows& rows, decider::Table<Row> table,
                                    const std::string& prefix, Take take) {
  runtime::RowsInOrder in_order(rows, table.name, prefix, "", kPageAtMost);
  while (true) {
    auto next = in_order.Next();
    if (!next) return core::Refuse(next.error());
    if (!*next) return {};
    Row row;
    row.ParseFromString((*next)->second);
    take((*next)->first, std::move(row));
  }
}

// The same without the keys.
template <class Row, class Take>
core::Result<void> ForEachRow(const runtime::Rows& rows, decider::Table<Row> table,
                              const std::string& prefix, Take take) {
  return ForEachKeyAndRow(rows, table, prefix,
                          [&](const std::string&, Row&& row) { take(std::move(row)); });
}

// A page of the rows, in every partition, whose keys begin with `prefix`, and for which `wanted`
// holds. `request` has page_size (0: 100; at most 1000) and page_token.
template <class Row, class Request, class Wanted>
core::Result<Page<Row>> PageOf(const runtime::Rows& rows, decider::Table<Row> table,
                               const std::string& prefix, const Request& request, Wanted wanted) {
  if (request.page_size() < 0 || request.page_size() > kPageAtMost || prefix.empty()) {
    return core::Refuse(PageInvalid());
  }
  const auto size =
      static_cast<size_t>(request.page_size() == 0 ? kPageWhenNotSaid : request.page_size());
  Page<Row> page;
  std::string after;
  if (!request.page_token().empty()) {
    auto key = KeyOfPageToken(table.name, request.page_token());
    if (!key || !key->starts_with(prefix)) return core::Refuse(PageTokenInvalid());
    after = *std::move(key);
  }
  runtime::RowsInOrder in_order(rows, table.name, prefix, after, size);
  while (page.rows.size() < size) {
    auto next = in_order.Next();
    if (!next) return core::Refuse(next.error());
    if (!*next) return page;
    auto& [key, serialized] = **next;
    Row row;
    row.ParseFromString(serialized);
    if (wanted(row)) page.rows.emplace_back(std::move(key), std::move(row));
  }
  page.next = PageTokenOf(table.name, page.rows.back().first);
  return page;
}

template <class Row, class Request>
core::Result<Page<Row>> PageOf(const runtime::Rows& rows, decider::Table<Row> table,
                               const std::string& prefix, const Request& request) {
  return PageOf(rows, table, prefix, request, [](const Row&) { return true; });
}

}  // namespace throughline::platform
