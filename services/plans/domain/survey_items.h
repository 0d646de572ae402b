// What a driver survey asks, and what an answer to it has to say. Pure.
#pragma once

#include <vector>

#include "core/result.h"
#include "throughline/plans/v1/survey_keys.pb.h"
#include "throughline/plans/v1/surveys_service.pb.h"

namespace throughline::plans {

inline constexpr int kSurveyLevels = 4;

// The driver that a factor is a part of.
v1::Driver DriverOf(v1::DriverFactor factor);

// The items that a rubric makes: one for each factor, in their order. RUBRIC_NOT_FOR_SURVEYS says
// what it lacks; criteria of no factor are for other uses, and make no item.
core::Result<std::vector<v1::SurveyItem>> ItemsOf(const v1::Rubric& rubric);

// The answers in the order of the round's items. ITEMS_INCOMPLETE names the factors that have none,
// or two, or a level that there is not; GROUP_MISSING.
core::Result<v1::SurveyBallot> BallotOf(
    const v1::SurveyRound& round, v1::RaterGroup group,
    const google::protobuf::RepeatedPtrField<v1::SurveyAnswer>& answers);

}  // namespace throughline::plans
