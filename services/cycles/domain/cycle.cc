#include "cycles/domain/cycle.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/ids.h"
#include "cycles/domain/answers.h"
#include "cycles/domain/artefacts.h"
#include "cycles/domain/conditions.h"
#include "cycles/domain/cycle_rows.h"
#include "cycles/domain/cycle_timers.h"
#include "cycles/domain/evidence_facts.h"
#include "cycles/domain/impact.h"
#include "cycles/domain/named_elsewhere.h"
#include "cycles/domain/next_cycle.h"
#include "cycles/domain/offers/offer.h"
#include "cycles/domain/offers/team_challenge.h"
#include "cycles/domain/plan_review.h"
#include "cycles/domain/practices/adoption.h"
#include "cycles/domain/practices/outcomes.h"
#include "cycles/domain/review.h"
#include "cycles/domain/schedule.h"
#include "disclosure/enum_words.h"

namespace throughline::cycles {

using core::Error;

namespace {

// Days of cycles are counted from 1970 and written with four digits of a year.
constexpr core::Date kFirstStart{std::chrono::year{1970} / 1 / 1};
constexpr core::Date kLastStart{std::chrono::year{2999} / 12 / 31};
constexpr const char* kLapsed = "lapsed";
constexpr const char* kTeamInactive = "the team is not active";

Error NoTeam(const v1::ScheduleCycleRequest& request, const decider::State& state) {
  const std::string school = core::Key{request.district(), request.school()}.Text();
  if (request.school().empty() || state.Find(district::kSchools, school) == nullptr) {
    return SchoolUnknown(request.school());
  }
  if (request.team().empty()) return TeamUnknown("", {});
  std::set<std::string> teams;
  state.ForEach(
      district::kTeams, JoinKey(request.district(), request.school(), ""),
      [&](const std::string&, const plans::v1::Team& team) { teams.insert(team.team()); });
  return TeamUnknown(request.team(), teams);
}

std::optional<Error> Check(const v1::ScheduleCycleRequest& request, const decider::State& state) {
  if (state.Find(district::kDistricts, request.district()) == nullptr) {
    return DistrictUnknown(request.district());
  }
  const std::string key = JoinKey(request.district(), request.school(), request.team());
  const auto* team = state.Find(district::kTeams, key);
  if (team == nullptr) return NoTeam(request, state);
  if (!team->active()) return TeamInactive(request.team());
  const auto start = core::ParseDate(request.start());
  if (!start || *start < kFirstStart || *start > kLastStart) return StartInvalid();
  if (!request.progression().empty() && !core::IsId(request.progression())) {
    return IdInvalid("progression");
  }
  const int at_most = district::PolicyOf(state, request.district()).indicators_at_most();
  const std::set<std::string> different(request.indicators().begin(), request.indicators().end());
  if (request.indicators().empty() || request.indicators_size() > at_most ||
      different.size() != static_cast<size_t>(request.indicators_size())) {
    return IndicatorsInvalid(at_most);
  }
  for (int i = 0; i < request.indicators_size(); ++i) {
    if (!core::IsId(request.indicators(i))) return IdInvalid(fmt::format("indicators[{}]", i));
  }
  if (auto error = CheckNames(request, state)) return error;
  const auto* cycles = state.Find(kTeamCycles, key);
  if (cycles != nullptr && !cycles->current().empty()) return CycleUnderWay(cycles->current());
  return std::nullopt;
}

// `by` ended the phase before it; without a subject: nobody is known to have.
void Start(const v1::Cycle& cycle, v1::CycleState phase, const common::v1::Caller& by,
           decider::Turn& turn) {
  v1::PhaseStarted started;
  started.set_district(cycle.district());
  started.set_school(cycle.school());
  started.set_team(cycle.team());
  started.set_cycle(cycle.cycle());
  started.set_phase(phase);
  started.set_version(cycle.version() + 1);
  if (!by.subject().empty()) *started.mutable_ended_by() = by;
  turn.Emit(started, SubjectOf(cycle));
  if (phase == v1::CYCLE_STATE_DESIGN) ReportChallenge(cycle, turn);
  if (phase != v1::CYCLE_STATE_IMPLEMENT) return;
  BeginAdoptions(cycle, turn);
  TakeUpOffers(cycle, turn);
}

void Close(const v1::Cycle& cycle, const common::v1::Caller& by, v1::EndPhaseResponse& response,
           decider::Turn& turn) {
  v1::CycleClosed closed;
  if (!by.subject().empty()) *closed.mutable_ended_by() = by;
  *closed.mutable_cycle() = cycle;
  closed.mutable_cycle()->set_state(v1::CYCLE_STATE_CLOSED);
  closed.mutable_cycle()->set_version(cycle.version() + 1);
  closed.mutable_cycle()->clear_impacts();
  for (const v1::CycleIndicator& indicator : cycle.indicators()) {
    *closed.mutable_cycle()->add_impacts() = ImpactOf(cycle, indicator);
  }
  ClearAll(cycle, turn);
  turn.Emit(closed, SubjectOf(cycle));
  ConcludeAdoptions(closed.cycle(), turn);
  ReportOutcomes(closed.cycle(), turn);
  ReportChallenge(closed.cycle(), turn);
  if (!IsActive(cycle, turn.state())) return;
  if (auto next = ScheduleNext(cycle, NextStart(cycle, turn), turn)) {
    *response.mutable_next() = *std::move(next);
  }
}

}  // namespace

void Cancel(const v1::Cycle& cycle, const std::string& reason, decider::Turn& turn) {
  ClearAll(cycle, turn);
  v1::CycleCancelled cancelled;
  *cancelled.mutable_cycle() = cycle;
  cancelled.mutable_cycle()->set_state(v1::CYCLE_STATE_CANCELLED);
  cancelled.mutable_cycle()->set_cancel_reason(reason);
  cancelled.mutable_cycle()->set_version(cycle.version() + 1);
  turn.Emit(cancelled, SubjectOf(cycle));
  // Unless somebody looked at evidence, nothing that the design names was tried.
  if (cycle.artefacts().looks().empty()) WithdrawDesign(cycle, turn);
  if (cycle.state() == v1::CYCLE_STATE_SCHEDULED) return;  // what it worked on before stands
  WithdrawChallenge(cycle.district(), cycle.school(), cycle.team(), turn);
}

void WithdrawDesign(const v1::Cycle& cycle, decider::Turn& turn) {
  // Offers first: of a practice that is on offer again the team goes on being told.
  ReturnOffers(cycle, turn);
  WithdrawAdoptions(cycle, turn);
}

void DecideTeam(const plans::v1::Team& team, decider::Turn& turn) {
  const auto* row =
      turn.state().Find(kTeamCycles, JoinKey(team.district(), team.school(), team.team()));
  if (row == nullptr) return;
  if (!team.active()) {
    WithdrawChallenge(team.district(), team.school(), team.team(), turn);
    LapseOffersTo(team.district(), team.school(), team.team(), turn);
  }
  if (team.active() && row->has_waiting()) return Resume(v1::Cycle(row->waiting()), turn);
  if (team.active() || row->current().empty()) return;
  const auto* cycle =
      turn.state().Find(kCycles, JoinKey(team.district(), team.school(), row->current()));
  if (cycle != nullptr && !IsOver(*cycle)) Cancel(v1::Cycle(*cycle), kTeamInactive, turn);
}

void Decide(const v1::ScheduleCycleRequest& request, decider::Turn& turn) {
  if (auto error = Check(request, turn.state())) return turn.Refuse(*error);
  v1::Cycle like;
  like.set_district(request.district());
  like.set_school(request.school());
  like.set_team(request.team());
  like.set_progression(request.progression());
  for (const std::string& indicator : request.indicators()) {
    like.add_indicators()->set_indicator(indicator);
  }
  const auto calendar = district::CalendarOf(turn.state(), request.district(), request.school());
  v1::Cycle window;
  SetWindow(window, *core::ParseDate(request.start()), calendar,
            district::PolicyOf(turn.state(), request.district()));
  if (!calendar.Reaches(DateOf(window.end()))) {
    return turn.Refuse(
        OutsideTerms(window.days(), window.start(), core::FormatDate(*calendar.LastDay())));
  }
  const core::Date today = district::TodayOf(request.district(), turn);
  if (DateOf(window.end()) < today) {
    return turn.Refuse(CycleInPast(window.start(), window.end(), core::FormatDate(today)));
  }
  v1::ScheduleCycleResponse response;
  AddFindings(request, turn.state(), response);
  *response.mutable_cycle() = Schedule(like, *core::ParseDate(request.start()), turn);
  AnswerShown(std::move(response), request.district(), turn);
}

void Decide(const v1::EndPhaseRequest& request, decider::Turn& turn) {
  auto cycle = OpenCycle(request, turn);
  if (!cycle) return turn.Refuse(cycle.error());
  if (cycle->state() == v1::CYCLE_STATE_SCHEDULED || cycle->state() != request.phase()) {
    return turn.Refuse(WrongPhase(cycle->state(), request.phase()));
  }
  const std::vector<std::string> missing = MissingArtefacts(*cycle);
  if (!missing.empty()) return turn.Refuse(ArtefactsMissing(missing));
  v1::EndPhaseResponse response;
  if (cycle->state() == v1::CYCLE_STATE_REFINE) {
    Close(*cycle, request.caller(), response, turn);
  } else {
    Clear(ConditionOf(*cycle, common::v1::TRIGGER_OVERDUE), turn);
    Start(*cycle, static_cast<v1::CycleState>(cycle->state() + 1), request.caller(), turn);
  }
  *response.mutable_cycle() = *turn.state().Find(kCycles, KeyOf(*cycle));
  AnswerShown(std::move(response), request.district(), turn);
}

void Decide(const v1::CancelCycleRequest& request, decider::Turn& turn) {
  auto cycle = OpenCycle(request, turn);
  if (!cycle) return turn.Refuse(cycle.error());
  if (request.reason().empty()) return turn.Refuse(ReasonMissing());
  if (request.reason().size() > 2000) return turn.Refuse(TextTooLong("reason", 2000));
  Cancel(*cycle, request.reason(), turn);
  v1::CancelCycleResponse response;
  *response.mutable_cycle() = *turn.state().Find(kCycles, KeyOf(*cycle));
  AnswerShown(std::move(response), request.district(), turn);
}

void DecideTimer(const CycleTimer& timer, decider::Turn& turn) {
  const auto* found =
      turn.state().Find(kCycles, JoinKey(timer.district, timer.school, timer.cycle));
  if (found == nullptr || IsOver(*found)) return;
  const v1::Cycle cycle = *found;
  switch (timer.what) {
    case CycleTimer::What::kStart:
      if (cycle.state() == v1::CYCLE_STATE_SCHEDULED)
        Start(cycle, v1::CYCLE_STATE_ANALYZE, {}, turn);
      return;
    case CycleTimer::What::kOverdue:
    case CycleTimer::What::kEscalate: {
      v1::Condition overdue = ConditionOf(cycle, common::v1::TRIGGER_OVERDUE);
      const bool escalate = timer.what == CycleTimer::What::kEscalate;
      overdue.set_severity(escalate ? v1::SEVERITY_CRITICAL : v1::SEVERITY_WARNING);
      overdue.set_phase(cycle.state());
      overdue.set_due(core::FormatDate(DueOf(cycle, cycle.state())));
      overdue.set_reason(fmt::format("The phase {} was due on {}.",
                                     disclosure::WordOf(cycle.state()), overdue.due()));
      return Raise(overdue, turn);
    }
    case CycleTimer::What::kMissing:
      return DecideEvidenceMissing(cycle, turn);
    case CycleTimer::What::kLapse:
      Cancel(cycle, kLapsed, turn);
      if (IsActive(cycle, turn.state())) ScheduleNext(cycle, NextStart(cycle, turn), turn);
      return;
  }
}

namespace {

void NoteEnded(v1::CycleState phase, const common::v1::Caller& by, v1::TeamCyclesRow& team) {
  v1::EndedPhase& ended = *team.add_ended();
  ended.set_phase(phase);
  *ended.mutable_by() = by;
}

void End(const v1::Cycle& cycle, decider::State& state) {
  state.Edit(kCycles, KeyOf(cycle)) = cycle;
  state.Edit(kTeamCycles, JoinKey(cycle.district(), cycle.school(), cycle.team())).clear_current();
  ClearTimers(cycle, state);
}

}  // namespace

void Apply(const v1::CycleScheduled& scheduled, core::Instant time, decider::State& state) {
  const v1::Cycle& cycle = scheduled.cycle();
  state.Edit(kCycles, KeyOf(cycle)) = cycle;
  v1::TeamCyclesRow& team =
      state.Edit(kTeamCycles, JoinKey(cycle.district(), cycle.school(), cycle.team()));
  team.set_last_number(cycle.number());
  team.set_current(cycle.cycle());
  team.clear_waiting();
  SetWindowTimers(cycle, state);
  SetSchoolReview(cycle, time, state);
}

void Apply(const v1::PhaseStarted& started, decider::State& state) {
  v1::Cycle& cycle =
      state.Edit(kCycles, JoinKey(started.district(), started.school(), started.cycle()));
  cycle.set_state(started.phase());
  cycle.set_version(started.version());
  SetPhaseTimers(cycle, state);
  v1::TeamCyclesRow& team =
      state.Edit(kTeamCycles, JoinKey(cycle.district(), cycle.school(), cycle.team()));
  if (started.phase() == v1::CYCLE_STATE_ANALYZE) {
    team.set_begun(cycle.cycle());
    team.clear_ended();
  } else if (started.has_ended_by()) {
    NoteEnded(static_cast<v1::CycleState>(started.phase() - 1), started.ended_by(), team);
  }
}

void Apply(const v1::CycleClosed& closed, core::Instant time, decider::State& state) {
  const v1::Cycle& cycle = closed.cycle();
  End(cycle, state);
  if (closed.has_ended_by()) {
    NoteEnded(v1::CYCLE_STATE_REFINE, closed.ended_by(),
              state.Edit(kTeamCycles, JoinKey(cycle.district(), cycle.school(), cycle.team())));
  }
  AddClosed(cycle, state.Edit(kSchoolReviews, SubjectOf(cycle)));
  GatherForPlanReview(closed.cycle(), state);
  SetSchoolReview(closed.cycle(), time, state);
}

void Apply(const v1::CycleCancelled& cancelled, decider::State& state) {
  End(cancelled.cycle(), state);
}

}  // namespace throughline::cycles
