// The completeness check of a site plan: how well each of the six questions is answered. Pure.
#pragma once

#include <vector>

#include "throughline/plans/v1/site_plan.pb.h"

namespace throughline::plans {

// Six checks, in order of the questions.
std::vector<v1::QuestionCheck> CheckQuestions(const v1::SitePlan& plan);

}  // namespace throughline::plans
