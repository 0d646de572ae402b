#include "demo/plans.h"

#include <algorithm>

#include "demo/calls.h"
#include "demo/lines.h"

namespace throughline::demo {

using core::Result;
using plans::v1::PlansService;

Result<void> DemoPlans::Live(core::Date day) {
  if (day == script_.terms.added_on) {
    if (auto done = AddTerms(); !done) return done;
  }
  if (day == script_.priorities.set_on) {
    if (auto done = SetPriorities(); !done) return done;
  }
  for (const DemoPlan& plan : script_.plans) {
    if (day != plan.published_on) continue;
    if (auto done = Publish(plan.place, plan.plan, "first"); !done) return done;
    PrintLine(day, "plan", fmt::format("{} publishes its plan", plan.plan.school()));
  }
  return {};
}

Result<void> DemoPlans::AddTerms() {
  plans::v1::AddTermsRequest request = script_.terms.terms;
  request.set_request_id("demo/terms");
  request.set_district(script_.district);
  auto added = CallFor("terms", *connection_.plans, &PlansService::Stub::AddTerms, request);
  if (!added) return core::Refuse(added.error());
  return {};
}

Result<void> DemoPlans::SetPriorities() {
  plans::v1::UpdateDistrictRequest request;
  request.set_request_id("demo/priorities");
  request.set_district(script_.district);
  *request.mutable_priorities() = script_.priorities.priorities;
  auto set =
      CallFor("priorities", *connection_.plans, &PlansService::Stub::UpdateDistrict, request);
  if (!set) return core::Refuse(set.error());
  return {};
}

Result<void> DemoPlans::Publish(const std::string& place, const plans::v1::SitePlan& plan,
                                const std::string& what) {
  const std::string id = fmt::format("{}/{}/{}", plan.school(), plan.plan(), what);
  plans::v1::DraftSitePlanRequest draft;
  draft.set_request_id("demo/draft/" + id);
  *draft.mutable_plan() = plan;
  draft.mutable_plan()->set_district(script_.district);
  auto drafted = CallFor(place, *connection_.plans, &PlansService::Stub::DraftSitePlan, draft);
  if (!drafted) return core::Refuse(drafted.error());
  plans::v1::PublishSitePlanRequest publish;
  publish.set_request_id("demo/publish/" + id);
  publish.set_district(script_.district);
  publish.set_school(plan.school());
  publish.set_plan(plan.plan());
  auto published =
      CallFor(place, *connection_.plans, &PlansService::Stub::PublishSitePlan, publish);
  if (!published) return core::Refuse(published.error());
  return {};
}

Result<size_t> DemoPlans::NumberOf(const cycles::v1::Review& review) {
  cycles::v1::ListReviewsRequest list;
  list.set_district(script_.district);
  list.set_school(review.school());
  list.set_trigger(review.trigger());
  auto reviews =
      CallPages(*connection_.cycles, &cycles::v1::CyclesService::Stub::ListReviews, list);
  if (!reviews) return core::Refuse(reviews.error());
  const auto& all = reviews->reviews();
  return std::count_if(all.begin(), all.end(), [&](const cycles::v1::Review& one) {
    return one.plan() == review.plan() && one.opened_at_ms() < review.opened_at_ms();
  });
}

Result<void> DemoPlans::Answer(const cycles::v1::Review& review, core::Date day) {
  const auto plan =
      std::find_if(script_.plans.begin(), script_.plans.end(), [&](const DemoPlan& one) {
        return one.plan.school() == review.school() && one.plan.plan() == review.plan();
      });
  const auto opened =
      std::chrono::floor<std::chrono::days>(core::FromMillis(review.opened_at_ms()));
  if (plan == script_.plans.end() || opened + std::chrono::days{plan->answered_after} > day) {
    return {};
  }
  auto number = NumberOf(review);
  if (!number) return core::Refuse(number.error());
  if (*number >= plan->reviews.size()) return {};
  const DemoPlanAnswer& said = plan->reviews[*number];
  plans::v1::AnswerPlanReviewRequest request;
  request.set_request_id("demo/answer/" + review.review());
  request.set_district(review.district());
  request.set_school(review.school());
  request.set_plan(review.plan());
  request.set_answer(said.answer);
  request.set_reason(said.reason);
  auto answered =
      CallFor(said.place, *connection_.plans, &PlansService::Stub::AnswerPlanReview, request);
  if (!answered) return core::Refuse(answered.error());
  const bool revises = said.answer == plans::v1::PLAN_REVIEW_ANSWER_REVISE;
  PrintLine(day, "plan",
            fmt::format("{} {} its plan", review.school(), revises ? "revises" : "keeps"));
  return revises ? Publish(said.place, said.plan, review.review()) : Result<void>();
}

}  // namespace throughline::demo
