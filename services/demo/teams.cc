#include "demo/teams.h"

#include <fmt/format.h>

#include <algorithm>

#include "demo/calls.h"

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

// What comes of a practice in a cycle: it is not given up before the last one.
cycles::v1::NextStep StepOf(const DemoTeamPractice& practice, int cycle) {
  const bool is_early =
      practice.next_step == cycles::v1::NEXT_STEP_ABANDON && cycle < practice.last_cycle;
  return is_early ? cycles::v1::NEXT_STEP_ADOPT : practice.next_step;
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
Result<void> Settled(const std::string& place, const Result<Response>& answer) {
  if (answer || answer.error().code == core::Code::kFailedPrecondition) return {};
  return core::Refuse(InScript(place, answer.error()));
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
  return Settled(team.place,
                 Call(*connection_.cycles, &CyclesService::Stub::ScheduleCycle, request));
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
  return Settled(team.place,
                 Call(*connection_.plans, &plans::v1::PlansService::Stub::UpsertTeams, request));
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
    recorded = Analyze(team, cycle);
  } else if (phase == cycles::v1::CYCLE_STATE_DESIGN) {
    recorded = Design(team, cycle);
  } else if (phase == cycles::v1::CYCLE_STATE_IMPLEMENT) {
    recorded = Look(team, cycle, day);
  } else {
    recorded = Refine(team, cycle);
  }
  if (!recorded) return recorded;
  cycles::v1::EndPhaseRequest end;
  Address(end, cycle, cycles::v1::CycleState_Name(phase).c_str());
  end.set_phase(phase);
  return Settled(team.place, Call(*connection_.cycles, &CyclesService::Stub::EndPhase, end));
}

Result<std::vector<const DemoTeamPractice*>> DemoTeams::PracticesIn(
    const DemoTeam& team, const cycles::v1::Cycle& cycle) {
  std::vector<const DemoTeamPractice*> practices;
  for (const DemoTeamPractice& one : team.practices) {
    if (cycle.number() < one.first_cycle || one.last_cycle < cycle.number()) continue;
    if (one.by_wave) {
      auto may = waves_.MayBegin(team, one.practice, *core::ParseDate(cycle.start()));
      if (!may) return core::Refuse(may.error());
      if (!*may) continue;
    }
    practices.push_back(&one);
  }
  return practices;
}

Result<void> DemoTeams::Analyze(const DemoTeam& team, const cycles::v1::Cycle& cycle) {
  cycles::v1::RecordAnalysisRequest request;
  Address(request, cycle, "analysis");
  cycles::v1::Analysis& analysis = *request.mutable_analysis();
  analysis = script_.artefacts.analysis;
  analysis.set_problem_of_practice(team.problem);
  analysis.set_challenge_id(team.challenge_id);
  analysis.set_challenge(team.challenge);
  return Settled(team.place,
                 Call(*connection_.cycles, &CyclesService::Stub::RecordAnalysis, request));
}

Result<void> DemoTeams::Design(const DemoTeam& team, const cycles::v1::Cycle& cycle) {
  cycles::v1::RecordDesignRequest request;
  Address(request, cycle, "design");
  cycles::v1::Design& design = *request.mutable_design();
  design = script_.artefacts.design;
  auto& indicator = *design.add_indicators();
  indicator.set_indicator(team.indicator);
  indicator.set_predicted_effect(team.predicted_effect);
  auto practices = PracticesIn(team, cycle);
  if (!practices) return core::Refuse(practices.error());
  for (const DemoTeamPractice* practice : *practices) {
    const std::string& name = NameOf(practice->practice);
    if (design.if_practice().empty()) design.set_if_practice(name);
    design.add_practices(name);
    if (practice->from_team.empty()) continue;
    cycles::v1::PracticeSource& source = *design.add_practice_sources();
    source.set_practice(name);
    source.set_from_school(practice->from_school);
    source.set_from_team(practice->from_team);
  }
  return Settled(team.place,
                 Call(*connection_.cycles, &CyclesService::Stub::RecordDesign, request));
}

Result<void> DemoTeams::Look(const DemoTeam& team, const cycles::v1::Cycle& cycle, core::Date day) {
  cycles::v1::RecordLookRequest request;
  Address(request, cycle, "look");
  cycles::v1::EvidenceLook& look = *request.mutable_look();
  look = script_.artefacts.look;
  look.set_date(core::FormatDate(std::min(day, *core::ParseDate(cycle.end()))));
  auto practices = PracticesIn(team, cycle);
  if (!practices) return core::Refuse(practices.error());
  for (const DemoTeamPractice* practice : *practices) {
    if (practice->seen.empty()) continue;
    cycles::v1::ComponentsSeen& seen = *look.add_components_seen();
    seen.set_practice(NameOf(practice->practice));
    for (const std::string& component : practice->seen) seen.add_components(component);
  }
  return Settled(team.place, Call(*connection_.cycles, &CyclesService::Stub::RecordLook, request));
}

Result<void> DemoTeams::Refine(const DemoTeam& team, const cycles::v1::Cycle& cycle) {
  cycles::v1::RecordRefinementRequest request;
  Address(request, cycle, "refinement");
  cycles::v1::Refinement& refinement = *request.mutable_refinement();
  refinement = script_.artefacts.refinement;
  auto practices = PracticesIn(team, cycle);
  if (!practices) return core::Refuse(practices.error());
  for (const DemoTeamPractice* practice : *practices) {
    const std::string& name = NameOf(practice->practice);
    if (practice->is_nominated) refinement.add_promising_practices(name);
    cycles::v1::PracticeDecision& decision = *refinement.add_practice_decisions();
    decision.set_practice(name);
    decision.set_decision(StepOf(*practice, cycle.number()));
    decision.set_what_changed(practice->what_changed);
    if (refinement.next_step() == cycles::v1::NEXT_STEP_UNSPECIFIED) {
      refinement.set_next_step(decision.decision());
    }
  }
  return Settled(team.place,
                 Call(*connection_.cycles, &CyclesService::Stub::RecordRefinement, request));
}

// What people call a practice of the library; another one is called what the script calls it.
const std::string& DemoTeams::NameOf(const std::string& practice) const {
  for (const DemoPractice& one : script_.practices) {
    if (one.practice.practice() == practice) return one.practice.name();
  }
  return practice;
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
      if (auto done = plans_.Answer(review, day); !done) return done;
      continue;
    }
    const auto team =
        std::find_if(script_.teams.begin(), script_.teams.end(), [&](const DemoTeam& one) {
          return one.school == review.school() && one.team == review.team();
        });
    const bool answers = team != script_.teams.end() && team->answers_reviews;
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
    if (adjust) request.set_adjustment(script_.artefacts.adjustment);
    auto settled = Settled(team->place,
                           Call(*connection_.cycles, &CyclesService::Stub::AnswerReview, request));
    if (!settled) return settled;
  }
  return {};
}

}  // namespace throughline::demo
