// Reviews: answered by teams, and opened for whole schools by cadence.
#pragma once

#include "decider/decider.h"
#include "throughline/cycles/v1/cycles_events.pb.h"
#include "throughline/cycles/v1/cycles_service.pb.h"

namespace throughline::cycles {

inline constexpr std::string_view kSchoolReviewDue = "school_review/";  // + district/school

void Decide(const v1::AnswerReviewRequest& request, decider::Turn& turn);
// Six weeks have passed in a school (policy): what two or more teams share, and what is promising.
void DecideSchoolReview(std::string_view timer, decider::Turn& turn);

void Apply(const v1::ReviewOpened& opened, core::Instant time, decider::State& state);
void Apply(const v1::ReviewAnswered& answered, decider::State& state);
// A cycle was scheduled or closed: from the start of a school's first cycle on it is reviewed. A
// review that had nothing to gather left no trace; the next one is asked for here.
void SetSchoolReview(const v1::Cycle& cycle, core::Instant time, decider::State& state);

}  // namespace throughline::cycles
