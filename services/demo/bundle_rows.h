// Rows of the bundles that are made of public data.
#pragma once

#include <string>
#include <utility>

namespace throughline::demo {

template <class RowType>
RowType With(std::string id) {
  RowType row;
  row.sourced_id = std::move(id);
  return row;
}

}  // namespace throughline::demo
