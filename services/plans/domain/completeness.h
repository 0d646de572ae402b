// The completeness check of a site plan: how well each of the six questions is answered. Pure.
#pragma once

#include <optional>
#include <vector>

#include "core/date.h"
#include "throughline/plans/v1/site_plan.pb.h"

namespace throughline::plans {

// Six checks, in order of the questions. A plan that is being written is held to `today`: what it
// means to reach lies ahead. One that was written is held to the school year that it is for.
std::vector<v1::QuestionCheck> CheckQuestions(const v1::SitePlan& plan,
                                              std::optional<core::Date> today = std::nullopt);

}  // namespace throughline::plans
