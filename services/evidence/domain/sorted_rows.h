// Rows in a repeated field that are kept in order, so that the same ones always look the same.
#pragma once

#include <google/protobuf/repeated_field.h>

#include <algorithm>
#include <functional>

namespace throughline::evidence {

// The place of one in rows that are in order: where it is, or where it is added.
template <class Row, class Less = std::less<>>
Row& Placed(google::protobuf::RepeatedPtrField<Row>& rows, const Row& one, Less less = {}) {
  const auto at = std::lower_bound(rows.begin(), rows.end(), one, less);
  const int index = static_cast<int>(at - rows.begin());
  if (at != rows.end() && !less(one, *at)) return rows[index];
  *rows.Add() = one;
  for (int i = rows.size() - 1; i > index; --i) rows.SwapElements(i, i - 1);
  return rows[index];
}

}  // namespace throughline::evidence
