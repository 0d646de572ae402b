// What the demo's surveys, visits, practices, offers and plan reviews came to, and the four
// questions: sections of the summary.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "throughline/connection.h"

namespace throughline::demo {

// "taken_up" for "taken up".
std::string Underscored(std::string words);

// Adds `surveys`, `visits`, `commitments`, `look_fors`, `practices`, `adoptions`, `offers` and
// `plan_reviews`, each only when there is anything to say.
core::Result<void> AddSections(const std::string& district, Connection& connection,
                               nlohmann::ordered_json& summary);
// The numbers of the four questions, without the moments that they are of.
nlohmann::ordered_json NumbersOf(const cycles::v1::GetQuestionsResponse& questions);

}  // namespace throughline::demo
