// Rows in a repeated field that are kept in order, so that the same ones always look the same.
#pragma once

#include <google/protobuf/repeated_field.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <utility>

namespace throughline::evidence {

// The place of one in rows that are in order: where it is, or where it is added.
template <class Row, class One, class Less = std::less<>>
Row& Placed(google::protobuf::RepeatedPtrField<Row>& rows, One&& one, Less less = {}) {
  const auto at = std::lower_bound(rows.begin(), rows.end(), one, less);
  const int index = static_cast<int>(at - rows.begin());
  if (at != rows.end() && !less(one, *at)) return rows[index];
  *rows.Add() = std::forward<One>(one);
  for (int i = rows.size() - 1; i > index; --i) rows.SwapElements(i, i - 1);
  return rows[index];
}

// The same for rows of one student each.
template <class Row, class One>
Row& PlacedByStudent(google::protobuf::RepeatedPtrField<Row>& rows, One&& one) {
  return Placed(rows, std::forward<One>(one),
                [](const Row& a, const Row& b) { return a.student() < b.student(); });
}
// That of a student, which is there no longer; nullopt when there is none.
template <class Row>
std::optional<Row> TakenOut(google::protobuf::RepeatedPtrField<Row>& rows,
                            const std::string& student) {
  const auto at =
      std::lower_bound(rows.begin(), rows.end(), student,
                       [](const Row& one, const std::string& id) { return one.student() < id; });
  if (at == rows.end() || at->student() != student) return std::nullopt;
  Row taken = std::move(*at);
  rows.erase(at);
  return taken;
}

}  // namespace throughline::evidence
