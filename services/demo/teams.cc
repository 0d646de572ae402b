#include "demo/teams.h"

#include <fmt/format.h>

#include <algorithm>

namespace throughline::demo {

using core::Result;
using cycles::v1::CyclesService;

namespace {

constexpr cycles::v1::CycleState kPhases[] = {
    cycles::v1::CYCLE_STATE_ANALYZE, cycles::v1::CYCLE_STATE_DESIGN,
    cycles::v1::CYCLE_STATE_IMPLEMENT, cycles::v1::CYCLE_STATE_REFINE};

template <class Request>
void Address(Request& request, const cycles::v1::Cycle& cycle, const char* what) {
  request.set_request_id(fmt::format("demo/{}/{}", what, cycle.cycle()));
  request.set_district(cycle.district());
  request.set_school(cycle.school());
  request.set_cycle(cycle.cycle());
}

template <class Request>
void Fill(const DemoTeam& team, Request& request);

template <>
void Fill(const DemoTeam& team, cycles::v1::RecordAnalysisRequest& request) {
  auto& analysis = *request.mutable_analysis();
  analysis.set_problem_of_practice(team.problem);
  analysis.set_evidence("Results of the last two windows, and work that students handed in.");
  analysis.set_challenge("Feedback comes too late to change what students do next.");
  analysis.set_challenge_source(cycles::v1::CHALLENGE_SOURCE_STUDENTS);
  analysis.add_probing_questions("What could be the cause of the drop after the first task?");
}

template <>
void Fill(const DemoTeam& team, cycles::v1::RecordDesignRequest& request) {
  auto& design = *request.mutable_design();
  design.set_if_practice(team.practice);
  design.set_then_evidence("More students show mastery in the next assessment.");
  design.set_so_that("Every student masters the module.");
  auto& indicator = *design.add_indicators();
  indicator.set_indicator(team.indicator);
  indicator.set_predicted_effect(team.predicted_effect);
  design.add_practices(team.practice);
}

template <>
void Fill(const DemoTeam& team, cycles::v1::RecordRefinementRequest& request) {
  auto& refinement = *request.mutable_refinement();
  refinement.set_what_worked("Looking at work together, and changing the next task because of it.");
  refinement.set_why_and_how("Students saw what was missing while they could still act on it.");
  refinement.add_promising_practices(team.practice);
  refinement.set_next_step(cycles::v1::NEXT_STEP_ADAPT);
}

// Whether what opened a review calls for doing something else.
bool IsWarning(common::v1::Trigger trigger) {
  const auto* value = common::v1::Trigger_descriptor()->FindValueByNumber(trigger);
  if (value == nullptr) return false;
  const auto& effect = value->options().GetExtension(common::v1::trigger_effect);
  return effect.raises_alert() && !effect.for_information();
}

// Done, or refused because it was done before.
template <class Response>
Result<void> Settled(const Result<Response>& answer) {
  if (answer || answer.error().code == core::Code::kFailedPrecondition) return {};
  return core::Refuse(answer.error());
}

core::Date DueOf(const cycles::v1::Cycle& cycle, cycles::v1::CycleState phase) {
  for (const auto& due : cycle.due()) {
    if (due.phase() == phase) return *core::ParseDate(due.date());
  }
  return {};
}

}  // namespace

Result<void> DemoTeams::Live(core::Date day) {
  cycles::v1::ListCyclesRequest list;
  list.set_district(script_.district);
  auto cycles = CallPages(*connection_.cycles, &CyclesService::Stub::ListCycles, list);
  if (!cycles) return core::Refuse(cycles.error());
  for (const DemoTeam& team : script_.teams) {
    if (day == team.first_day) {
      if (auto done = Schedule(team); !done) return done;
    }
    if (day == team.last_day) {
      if (auto done = Retire(team); !done) return done;
    }
    for (const cycles::v1::Cycle& cycle : cycles->cycles()) {
      if (cycle.school() != team.school || cycle.team() != team.team) continue;
      if (auto done = Work(team, cycle, day); !done) return done;
    }
  }
  return AnswerReviews(day);
}

Result<void> DemoTeams::Schedule(const DemoTeam& team) {
  cycles::v1::ScheduleCycleRequest request;
  request.set_request_id(fmt::format("demo/schedule/{}/{}", team.school, team.team));
  request.set_district(script_.district);
  request.set_school(team.school);
  request.set_team(team.team);
  request.set_start(core::FormatDate(team.first_day));
  request.add_indicators(team.indicator);
  return Settled(Call(*connection_.cycles, &CyclesService::Stub::ScheduleCycle, request));
}

Result<void> DemoTeams::Retire(const DemoTeam& team) {
  plans::v1::UpsertTeamsRequest request;
  request.set_request_id(fmt::format("demo/retire/{}/{}", team.school, team.team));
  request.set_district(script_.district);
  request.set_school(team.school);
  plans::v1::Team& one = *request.add_teams();
  one.set_team(team.team);
  one.set_name(team.team);
  one.set_active(false);
  return Settled(Call(*connection_.plans, &plans::v1::PlansService::Stub::UpsertTeams, request));
}

// Ends the phase whose day it is: the due day, or so many instructional days later.
Result<void> DemoTeams::Work(const DemoTeam& team, const cycles::v1::Cycle& cycle, core::Date day) {
  for (int i = 0; i < team.phases_done; ++i) {
    const core::Date due = DueOf(cycle, kPhases[i]);
    const core::Date when = calendar_.Add(due, team.days_late);
    if (day != when) continue;
    if (auto done = Leave(team, cycle, kPhases[i], day); !done) return done;
  }
  return {};
}

Result<void> DemoTeams::Leave(const DemoTeam& team, const cycles::v1::Cycle& cycle,
                              cycles::v1::CycleState phase, core::Date day) {
  Result<void> recorded;
  if (phase == cycles::v1::CYCLE_STATE_ANALYZE) {
    cycles::v1::RecordAnalysisRequest request;
    Address(request, cycle, "analysis");
    Fill(team, request);
    recorded = Settled(Call(*connection_.cycles, &CyclesService::Stub::RecordAnalysis, request));
  } else if (phase == cycles::v1::CYCLE_STATE_DESIGN) {
    cycles::v1::RecordDesignRequest request;
    Address(request, cycle, "design");
    Fill(team, request);
    recorded = Settled(Call(*connection_.cycles, &CyclesService::Stub::RecordDesign, request));
  } else if (phase == cycles::v1::CYCLE_STATE_IMPLEMENT) {
    cycles::v1::RecordLookRequest request;
    Address(request, cycle, "look");
    const core::Date seen = std::min(day, *core::ParseDate(cycle.end()));
    request.mutable_look()->set_date(core::FormatDate(seen));
    request.mutable_look()->set_observation("Work of ten students, looked at together.");
    recorded = Settled(Call(*connection_.cycles, &CyclesService::Stub::RecordLook, request));
  } else {
    cycles::v1::RecordRefinementRequest request;
    Address(request, cycle, "refinement");
    Fill(team, request);
    recorded = Settled(Call(*connection_.cycles, &CyclesService::Stub::RecordRefinement, request));
  }
  if (!recorded) return recorded;
  cycles::v1::EndPhaseRequest end;
  Address(end, cycle, cycles::v1::CycleState_Name(phase).c_str());
  end.set_phase(phase);
  return Settled(Call(*connection_.cycles, &CyclesService::Stub::EndPhase, end));
}

// Leaders keep their plan, two weeks after its review was opened.
Result<void> DemoTeams::KeepPlan(const cycles::v1::Review& review, core::Date day) {
  const auto opened =
      std::chrono::floor<std::chrono::days>(core::FromMillis(review.opened_at_ms()));
  if (opened + std::chrono::days{14} > day) return {};
  plans::v1::AnswerPlanReviewRequest request;
  request.set_request_id("demo/answer/" + review.review());
  request.set_district(review.district());
  request.set_school(review.school());
  request.set_plan(review.plan());
  request.set_answer(plans::v1::PLAN_REVIEW_ANSWER_KEEP);
  request.set_reason("What the teams found is what the plan is about.");
  return Settled(
      Call(*connection_.plans, &plans::v1::PlansService::Stub::AnswerPlanReview, request));
}

// A review is answered on the day after it was opened, or the first instructional one then.
Result<void> DemoTeams::AnswerReviews(core::Date day) {
  if (!calendar_.IsInstructional(day)) return {};
  cycles::v1::ListReviewsRequest list;
  list.set_district(script_.district);
  list.set_open_only(true);
  auto reviews = CallPages(*connection_.cycles, &CyclesService::Stub::ListReviews, list);
  if (!reviews) return core::Refuse(reviews.error());
  for (const cycles::v1::Review& review : reviews->reviews()) {
    if (!review.plan().empty()) {
      if (auto kept = KeepPlan(review, day); !kept) return kept;
      continue;
    }
    const bool answers =
        std::any_of(script_.teams.begin(), script_.teams.end(), [&](const DemoTeam& team) {
          return team.answers_reviews && team.school == review.school() &&
                 team.team == review.team();
        });
    const auto opened =
        std::chrono::floor<std::chrono::days>(core::FromMillis(review.opened_at_ms()));
    if (!answers || opened >= day) continue;
    cycles::v1::AnswerReviewRequest request;
    request.set_request_id("demo/answer/" + review.review());
    request.set_district(review.district());
    request.set_school(review.school());
    request.set_review(review.review());
    const bool adjust = IsWarning(review.trigger());
    request.set_answer(adjust ? cycles::v1::REVIEW_ANSWER_ADJUST
                              : cycles::v1::REVIEW_ANSWER_KEEP_ON);
    if (adjust) request.set_adjustment("A shorter task with feedback within two days.");
    auto settled = Settled(Call(*connection_.cycles, &CyclesService::Stub::AnswerReview, request));
    if (!settled) return settled;
  }
  return {};
}

}  // namespace throughline::demo
