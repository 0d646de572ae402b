// What is shown of scores of which each student has one, the latest: of a school on an assessment
// in a school year, of a team or a school on an indicator in a week.
//
// It follows the exact sums by the rule of disclosure/release.h, with the students as the cell.
// Only students whose latest score is another than the one that is shown are looked at for that.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "disclosure/release.h"
#include "throughline/evidence/v1/rows.pb.h"

namespace throughline::evidence {

inline constexpr double kPpmOfAPercent = 10'000;

using LatestScore = std::optional<v1::TrailPoint>;  // nullopt without any

// A student's latest score is another one than before.
void NoteScore(const std::string& student, const LatestScore& before, const LatestScore& now,
               v1::ShownScoresRow& row);

// Who of those that stand otherwise than is shown may be shown so.
disclosure::Release PlanOf(const v1::ShownScoresRow& row, int64_t smallest);
// What is shown once those whom the plan moves are.
v1::ShownScoresRow RowAfter(const v1::ShownScoresRow& before, const disclosure::Release& plan);

}  // namespace throughline::evidence
