// A school's plan for a year: drafted, published, revised, closed, and perhaps taken up again.
#pragma once

#include "decider/decider.h"
#include "throughline/plans/v1/plans_events.pb.h"
#include "throughline/plans/v1/plans_service.pb.h"

namespace throughline::plans {

void Decide(const v1::DraftSitePlanRequest& request, decider::Turn& turn);
void Decide(const v1::PublishSitePlanRequest& request, decider::Turn& turn);
void Decide(const v1::DiscardSitePlanDraftRequest& request, decider::Turn& turn);
void Decide(const v1::CloseSitePlanRequest& request, decider::Turn& turn);
void Decide(const v1::ReopenSitePlanRequest& request, decider::Turn& turn);
void Decide(const v1::AnswerPlanReviewRequest& request, decider::Turn& turn);

void Apply(const v1::SitePlanChanged& changed, decider::State& state);
void Apply(const v1::SitePlanPublished& published, decider::State& state);
void Apply(const v1::SitePlanDraftDiscarded& discarded, decider::State& state);

}  // namespace throughline::plans
