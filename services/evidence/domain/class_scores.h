// The scores of a class on an assessment: the exact sums, whom they are of, and what is shown.
//
// What is shown moves when enough students of the class came or changed since it last did, or none.
// When a student is gone from it, it stays as it was until nobody is left.
#pragma once

#include <cstdint>
#include <string_view>

#include "throughline/evidence/v1/rows.pb.h"

namespace throughline::evidence {

// Puts a result of the student into the sums, or takes it out.
void CountScore(v1::ClassScoresRow& row, std::string_view student, const v1::TrailPoint& result,
                bool in);

// After results were counted.
void MoveShown(v1::ClassScoresRow& row, int64_t smallest);

}  // namespace throughline::evidence
