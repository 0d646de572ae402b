// What a round of a driver survey came to. Pure.
//
// Nothing is told that rests on fewer than five raters, and nothing from which such a thing would
// follow: a group of few is hidden together with as many others as it takes (suppression.h). Every
// rater answers every item, so that all numbers rest on the same raters, and what is told of
// drivers and lenses is made of what is told of factors. It is told once, when the round is over.
#pragma once

#include <cstdint>
#include <span>

#include "throughline/plans/v1/survey.pb.h"
#include "throughline/plans/v1/survey_keys.pb.h"

namespace throughline::plans {

// Fewer are not told of.
inline constexpr int64_t kFewestRaters = 5;

// Means and coherences are told in hundredths.
double InHundredths(double value);

v1::SurveyResults ResultsOf(const v1::SurveyRound& round,
                            std::span<const v1::SurveyBallot> ballots);
// Of a round whose answers nobody can open any more.
v1::SurveyResults ResultsWithoutKey(const v1::SurveyRound& round);

}  // namespace throughline::plans
