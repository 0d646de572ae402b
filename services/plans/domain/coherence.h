// The coherence of schools and of a district, made of what rounds of surveys came to and of nothing
// else: it tells no more than they do. Pure.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "throughline/plans/v1/surveys_service.pb.h"

namespace throughline::plans {

// Of one school's results, in the order in which rounds ended; nullopt when none of them has
// ratings.
std::optional<v1::SchoolCoherence> CoherenceOf(std::span<const v1::SurveyResults> results);
// Means over schools, by factor; none without schools.
std::vector<v1::FactorCoherence> MeanCoherence(std::span<const v1::SchoolCoherence> schools);

}  // namespace throughline::plans
