// What readers are shown of how many students struggle. Pure.
//
// Every count is in whole smallest cells, rounded down. It is shown when it, and what is left of
// the larger one that it is a part of, is nobody or a smallest cell at least; then of two counts,
// shown together or one after the other, nothing follows of fewer but a range.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "throughline/common/v1/struggling.pb.h"
#include "throughline/evidence/v1/rows.pb.h"

namespace throughline::evidence {

// The snapshot of a cell, or a sum of some.
struct StrugglingCell {
  int64_t students = 0;
  int64_t anew = 0;
  int64_t persisting = 0;
  int64_t recovered = 0;
  int64_t as_of_ms = 0;  // of the latest

  int64_t struggling() const { return anew + persisting; }
  void Add(const StrugglingCell& other);
};
StrugglingCell CellOf(const v1::StrugglingCellRow& row);

// Of all students of a school or the district. Nothing of fewer than `smallest`: then there is no
// count, and `suppressed` is true.
common::v1::StrugglingCounts CountsOf(const StrugglingCell& whole, int64_t smallest);
// Of a part of the whole, such as a group: the rest may not be few either.
common::v1::StrugglingCounts CountsOf(const StrugglingCell& part, const StrugglingCell& whole,
                                      int64_t smallest);
// Of parts that make up the whole, such as its schools, each: so many are hidden with one that is
// hidden that they are not few together.
std::vector<common::v1::StrugglingCounts> CountsOfParts(std::span<const StrugglingCell> parts,
                                                        const StrugglingCell& whole,
                                                        int64_t smallest);

// Those first of whom the larger share struggles, as it is shown; those of whom it is not shown
// last. At most 20.
void SortByShare(std::vector<common::v1::StrugglingPlace>& places);

}  // namespace throughline::evidence
