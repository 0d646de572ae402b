// What is shown of scores of which each student has one, the latest: of a school on an assessment
// in a school year, of a team or a school on an indicator in a week.
//
// It follows the exact sums by the rule of disclosure/release.h, with the students as the cell, and
// the classes of a team as its groups. Only students whose latest score is another than the one
// that is shown are looked at for that.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "disclosure/release.h"
#include "throughline/evidence/v1/rows.pb.h"

namespace throughline::evidence {

inline constexpr double kPpmOfAPercent = 10'000;

using LatestScore = std::optional<v1::TrailPoint>;  // nullopt without any

// In which classes a student's latest scores were recorded; empty where classes are not shown.
struct ScoreClasses {
  std::string_view before = {};
  std::string_view now = {};
};

// A student's latest score is another one than before, or of another class: then neither class is
// shown any more, for the student would be seen to go from the one to the other.
void NoteScore(const std::string& student, const LatestScore& before, const LatestScore& now,
               v1::ShownScoresRow& row, const ScoreClasses& classes = {});

// Who of those that stand otherwise than is shown may be shown so.
disclosure::Release PlanOf(const v1::ShownScoresRow& row, int64_t smallest);
// What is shown once those whom the plan moves are.
v1::ShownScoresRow RowAfter(v1::ShownScoresRow before, const disclosure::Release& plan);

}  // namespace throughline::evidence
