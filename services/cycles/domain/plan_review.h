// The clarity cycle: the site plan in force is reviewed every so many weeks (policy), on what has
// happened in the school since the last time. The school keeps or revises it, in plans, which
// answers the review; one that is not answered in time is overdue, and then escalates.
#pragma once

#include "decider/decider.h"
#include "throughline/cycles/v1/cycles_events.pb.h"
#include "throughline/plans/v1/plans_events.pb.h"
#include "throughline/plans/v1/plans_notes.pb.h"

namespace throughline::cycles {

inline constexpr std::string_view kPlanReview = "plan_review/";  // + what/district/school

// What is in force, and how it is framed.
void DecidePlanInForce(const plans::v1::SitePlanPublished& published, decider::Turn& turn);
void Decide(const plans::v1::SitePlanChanged& changed, decider::Turn& turn);
void Decide(const plans::v1::SitePlanFramed& framed, decider::Turn& turn);
void Decide(const plans::v1::PlanReviewAnswered& answered, decider::Turn& turn);
// A review is due, or overdue.
void DecidePlanReview(std::string_view timer, decider::Turn& turn);
// It was answered: it is overdue no more.
void ClearOverdue(const v1::Review& review, decider::Turn& turn);

void Apply(const plans::v1::PlanInForceNoted& noted, core::Instant time, decider::State& state);
// Of a review of a plan that was opened or answered.
void ApplyPlanReviewOpened(const v1::Review& review, decider::State& state);
void ApplyPlanReviewAnswered(const v1::Review& review, decider::State& state);
// A cycle was closed: the next review gathers it.
void GatherForPlanReview(const v1::Cycle& cycle, decider::State& state);

}  // namespace throughline::cycles
