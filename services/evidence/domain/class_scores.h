// The scores of a class on an assessment: the exact sums, what each student adds to them, and what
// is shown of it.
#pragma once

#include <cstdint>
#include <string_view>

#include "throughline/evidence/v1/rows.pb.h"

namespace throughline::evidence {

// Puts a result of the student into the sums, or takes it out. Returns by how much the number of
// students with a score changed.
int32_t CountScore(v1::ClassScoresRow& row, std::string_view student, const v1::TrailPoint& result,
                   bool in);

// What a student adds: as it is now, or as it is shown.
struct StudentScores {
  int32_t results = 0;
  int64_t sum = 0;
  uint64_t squares = 0;
  bool operator==(const StudentScores&) const = default;
};
StudentScores ScoresNow(const v1::ClassScoresRow& row, int student);
StudentScores ScoresShown(const v1::ClassScoresRow& row, int student);

// Shows from now on what the student adds now; ForgetNobodies and SumShown come after.
void Show(v1::ClassScoresRow& row, int student);
void ForgetNobodies(v1::ClassScoresRow& row);  // who adds nothing and is not shown
void SumShown(v1::ClassScoresRow& row);

}  // namespace throughline::evidence
