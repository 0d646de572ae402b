// Lists of what belongs to a district, for queries.
#pragma once

#include <initializer_list>
#include <string>

#include "core/errors.h"
#include "core/result.h"
#include "plans/domain/errors.h"
#include "plans/domain/tables.h"
#include "platform/grpc/pages.h"
#include "runtime/rows.h"

namespace throughline::plans {

// An unknown district is distinguished from one that has nothing yet.
inline core::Result<void> CheckDistrict(const runtime::Rows& rows, const std::string& district) {
  auto row = rows.Get(kDistricts, district, district);
  if (!row) return core::Refuse(row.error());
  if (!*row) return core::Refuse(DistrictUnknown(district));
  return {};
}

// A page of what `ids` lead to and is wanted, the district first; `put` takes each row over.
template <class Row, class Request, class Response, class Wanted, class Put>
core::Result<void> ListWanted(const runtime::Rows& rows, Table<Row> table,
                              std::initializer_list<core::NamedId> ids, const Request& request,
                              Response& response, Wanted wanted, Put put) {
  if (auto error = core::CheckIds(ids)) return core::Refuse(*error);
  if (auto known = CheckDistrict(rows, request.district()); !known) return known;
  std::string prefix;
  for (const core::NamedId& one : ids) {
    if (one.id.empty()) break;
    prefix += JoinKey(one.id, "");
  }
  auto page = platform::PageOf(rows, table, prefix, request, wanted);
  if (!page) return core::Refuse(page.error());
  for (auto& [key, row] : page->rows) put(std::move(row));
  response.set_next_page_token(page->next);
  return {};
}

template <class Row, class Request, class Response, class Put>
core::Result<void> List(const runtime::Rows& rows, Table<Row> table,
                        std::initializer_list<core::NamedId> ids, const Request& request,
                        Response& response, Put put) {
  return ListWanted(
      rows, table, ids, request, response, [](const Row&) { return true; }, put);
}

}  // namespace throughline::plans
