#include "demo/plans.h"

#include <algorithm>

#include "demo/calls.h"
#include "demo/lines.h"

namespace throughline::demo {

using core::Result;
using plans::v1::PlansService;

namespace {

core::Date DayOf(int64_t moment_ms) {
  return std::chrono::floor<std::chrono::days>(core::FromMillis(moment_ms));
}

bool IsEverRevised(const DemoPlan& plan) {
  return std::any_of(plan.reviews.begin(), plan.reviews.end(), [](const DemoPlanAnswer& one) {
    return one.answer == plans::v1::PLAN_REVIEW_ANSWER_REVISE;
  });
}

}  // namespace

Result<void> DemoPlans::Live(core::Date day) {
  if (day == script_.terms.added_on) {
    if (auto done = AddTerms(); !done) return done;
  }
  if (day == script_.priorities.set_on) {
    if (auto done = SetPriorities(); !done) return done;
  }
  const bool is_monday = std::chrono::weekday(day) == std::chrono::Monday;
  for (const DemoPlan& plan : script_.plans) {
    if (is_monday && day > plan.published_on && IsEverRevised(plan)) {
      if (auto done = PublishRevisions(plan, day); !done) return done;
    }
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
  return Do(script_.terms.place, *connection_.plans, &PlansService::Stub::AddTerms, request);
}

Result<void> DemoPlans::SetPriorities() {
  plans::v1::UpdateDistrictRequest request;
  request.set_request_id("demo/priorities");
  request.set_district(script_.district);
  *request.mutable_priorities() = script_.priorities.priorities;
  return Do(script_.priorities.place, *connection_.plans, &PlansService::Stub::UpdateDistrict,
            request);
}

Result<void> DemoPlans::Publish(const std::string& place, const plans::v1::SitePlan& plan,
                                const std::string& what) {
  const std::string id = fmt::format("{}/{}/{}", plan.school(), plan.plan(), what);
  plans::v1::DraftSitePlanRequest draft;
  draft.set_request_id("demo/draft/" + id);
  *draft.mutable_plan() = plan;
  draft.mutable_plan()->set_district(script_.district);
  auto drafted = Do(place, *connection_.plans, &PlansService::Stub::DraftSitePlan, draft);
  if (!drafted) return drafted;
  plans::v1::PublishSitePlanRequest publish;
  publish.set_request_id("demo/publish/" + id);
  publish.set_district(script_.district);
  publish.set_school(plan.school());
  publish.set_plan(plan.plan());
  return Do(place, *connection_.plans, &PlansService::Stub::PublishSitePlan, publish);
}

Result<std::vector<cycles::v1::Review>> DemoPlans::ReviewsOf(const plans::v1::SitePlan& plan) {
  cycles::v1::ListReviewsRequest list;
  list.set_district(script_.district);
  list.set_school(plan.school());
  list.set_trigger(common::v1::TRIGGER_CADENCE);
  auto reviews =
      CallPages(*connection_.cycles, &cycles::v1::CyclesService::Stub::ListReviews, list);
  if (!reviews) return core::Refuse(reviews.error());
  std::vector<cycles::v1::Review> of_plan;
  for (const cycles::v1::Review& one : reviews->reviews()) {
    if (one.plan() == plan.plan()) of_plan.push_back(one);
  }
  return of_plan;
}

// Whatever was answered in the week before. On a day of its own, so that a day that is lived again
// finds the answer that it goes by.
Result<void> DemoPlans::PublishRevisions(const DemoPlan& plan, core::Date day) {
  auto reviews = ReviewsOf(plan.plan);
  if (!reviews) return core::Refuse(reviews.error());
  for (size_t i = 0; i < std::min(reviews->size(), plan.reviews.size()); ++i) {
    const cycles::v1::Review& review = (*reviews)[i];
    const core::Date answered = DayOf(review.answered_at_ms());
    const bool is_due = review.answer() == cycles::v1::REVIEW_ANSWER_REVISE && answered < day &&
                        answered + std::chrono::weeks{1} >= day;
    if (!is_due) continue;
    const DemoPlanAnswer& said = plan.reviews[i];
    if (auto done = Publish(said.place, said.plan, review.review()); !done) return done;
    PrintLine(day, "plan", fmt::format("{} publishes its revision", plan.plan.school()));
  }
  return {};
}

Result<void> DemoPlans::Answer(const cycles::v1::Review& review, core::Date day) {
  const auto plan =
      std::find_if(script_.plans.begin(), script_.plans.end(), [&](const DemoPlan& one) {
        return one.plan.school() == review.school() && one.plan.plan() == review.plan();
      });
  const core::Date opened = DayOf(review.opened_at_ms());
  if (plan == script_.plans.end() || opened + std::chrono::days{plan->answered_after} > day) {
    return {};
  }
  auto reviews = ReviewsOf(plan->plan);
  if (!reviews) return core::Refuse(reviews.error());
  const auto number = static_cast<size_t>(std::count_if(
      reviews->begin(), reviews->end(),
      [&](const cycles::v1::Review& one) { return one.opened_at_ms() < review.opened_at_ms(); }));
  if (number >= plan->reviews.size()) return {};
  const DemoPlanAnswer& said = plan->reviews[number];
  plans::v1::AnswerPlanReviewRequest request;
  request.set_request_id("demo/answer/" + review.review());
  request.set_district(review.district());
  request.set_school(review.school());
  request.set_plan(review.plan());
  request.set_answer(said.answer);
  request.set_reason(said.reason);
  auto answered =
      Do(said.place, *connection_.plans, &PlansService::Stub::AnswerPlanReview, request);
  if (!answered) return answered;
  const bool revises = said.answer == plans::v1::PLAN_REVIEW_ANSWER_REVISE;
  PrintLine(day, "plan",
            fmt::format("{} {} its plan", review.school(), revises ? "revises" : "keeps"));
  return {};
}

}  // namespace throughline::demo
