#include "cycles/domain/reopening.h"

#include <algorithm>
#include <optional>

#include "cycles/domain/answers.h"
#include "cycles/domain/conditions.h"
#include "cycles/domain/cycle.h"
#include "cycles/domain/cycle_rows.h"
#include "cycles/domain/cycle_timers.h"
#include "cycles/domain/impact_comparison.h"
#include "cycles/domain/limits.h"
#include "cycles/domain/next_cycle.h"
#include "cycles/domain/plan_review.h"
#include "cycles/domain/practices/adoption.h"
#include "cycles/domain/practices/outcomes.h"
#include "cycles/domain/schedule.h"

namespace throughline::cycles {

using core::Error;

namespace {

constexpr const char* kEarlierReopened = "the cycle before it was reopened";

std::string TeamKeyOf(const v1::Cycle& cycle) {
  return JoinKey(cycle.district(), cycle.school(), cycle.team());
}

// The phase that ended last; unspecified when none did.
v1::CycleState EndedLast(const v1::Cycle& cycle) {
  if (cycle.state() <= v1::CYCLE_STATE_ANALYZE || cycle.state() == v1::CYCLE_STATE_CANCELLED) {
    return v1::CYCLE_STATE_UNSPECIFIED;
  }
  return static_cast<v1::CycleState>(cycle.state() - 1);
}

bool IsLeader(common::v1::Role role) {
  return role == common::v1::ROLE_SCHOOL_LEADER || role == common::v1::ROLE_DISTRICT_LEADER ||
         role == common::v1::ROLE_DISTRICT_ADMINISTRATOR;
}

// Issuers may call different people the same. Before it was said, nothing is known of the issuer.
bool IsSame(const common::v1::Caller& known, const common::v1::Caller& caller) {
  return known.subject() == caller.subject() &&
         (known.issuer().empty() || known.issuer() == caller.issuer());
}

// Who ended it may, and leaders; without credentials everybody.
bool MayReopen(const common::v1::Caller& caller, v1::CycleState phase,
               const v1::TeamCyclesRow& team) {
  if (caller.subject().empty() || IsLeader(caller.role())) return true;
  return std::any_of(team.ended().begin(), team.ended().end(), [&](const v1::EndedPhase& ended) {
    return ended.phase() == phase && IsSame(ended.by(), caller);
  });
}

// The later cycle of the team that has begun; empty when none has.
std::string LaterBegun(const v1::Cycle& cycle, const v1::TeamCyclesRow& team,
                       const decider::State& state) {
  if (!team.begun().empty() && team.begun() != cycle.cycle()) return team.begun();
  if (team.current().empty() || team.current() == cycle.cycle()) return "";
  const auto* current =
      state.Find(kCycles, JoinKey(cycle.district(), cycle.school(), team.current()));
  const bool waits = current == nullptr || current->state() == v1::CYCLE_STATE_SCHEDULED;
  return waits ? "" : team.current();
}

std::optional<Error> Check(const v1::ReopenPhaseRequest& request, const v1::Cycle& cycle,
                           const v1::TeamCyclesRow& team, const decider::Turn& turn) {
  if (cycle.state() == v1::CYCLE_STATE_CANCELLED) return CycleOver(cycle.cycle());
  const v1::CycleState phase = EndedLast(cycle);
  if (phase == v1::CYCLE_STATE_UNSPECIFIED || phase != request.phase()) {
    return PhaseNotEnded(cycle.state(), request.phase());
  }
  if (!MayReopen(request.caller(), phase, team)) return NotYoursToReopen(phase);
  if (request.reason().empty()) return ReopeningReasonMissing();
  if (request.reason().size() > kReasonBytes) return TextTooLong("reason", kReasonBytes);
  const core::Date due = std::min(DueOf(cycle, phase), DateOf(cycle.end()));
  const core::Date today = district::TodayOf(cycle.district(), turn);
  if (today > due) return ReopeningTooLate(phase, core::FormatDate(due));
  if (cycle.state() != v1::CYCLE_STATE_CLOSED) return std::nullopt;
  const std::string later = LaterBegun(cycle, team, turn.state());
  if (!later.empty()) return NextCycleBegun(later);
  if (!IsActive(cycle, turn.state())) return TeamInactive(cycle.team());
  return std::nullopt;
}

// The next cycle, which has not begun, is given up: there is one of a team at a time.
void GiveUpNext(const v1::TeamCyclesRow& team, const v1::Cycle& cycle, decider::Turn& turn) {
  if (team.current().empty()) return;
  const auto* next =
      turn.state().Find(kCycles, JoinKey(cycle.district(), cycle.school(), team.current()));
  if (next != nullptr) Cancel(v1::Cycle(*next), kEarlierReopened, turn);
}

void TakeOut(const std::string& cycle, google::protobuf::RepeatedPtrField<std::string>& cycles) {
  cycles.erase(std::remove(cycles.begin(), cycles.end(), cycle), cycles.end());
}

}  // namespace

void Decide(const v1::ReopenPhaseRequest& request, decider::Turn& turn) {
  auto cycle = CycleOf(request, turn);
  if (!cycle) return turn.Refuse(cycle.error());
  const auto* known = turn.state().Find(kTeamCycles, TeamKeyOf(*cycle));
  const v1::TeamCyclesRow team = known == nullptr ? v1::TeamCyclesRow() : *known;
  if (auto error = Check(request, *cycle, team, turn)) return turn.Refuse(*error);
  const bool was_closed = cycle->state() == v1::CYCLE_STATE_CLOSED;
  if (was_closed) {
    GiveUpNext(team, *cycle, turn);
    ClearAll(*cycle, turn);  // what later evidence revised of an impact that is withdrawn
  } else {
    Clear(ConditionOf(*cycle, common::v1::TRIGGER_OVERDUE), turn);
  }
  v1::PhaseReopened reopened;
  v1::Cycle& now = *reopened.mutable_cycle();
  now = *cycle;
  now.set_state(request.phase());
  now.clear_impacts();
  now.set_flagged(false);
  now.set_version(cycle->version() + 1);
  reopened.set_before(cycle->state());
  reopened.set_reason(request.reason());
  turn.Emit(reopened, SubjectOf(now));
  if (was_closed) {
    WithdrawConclusions(now, turn);
    WithdrawOutcomes(now, turn);
  }
  if (now.state() == v1::CYCLE_STATE_DESIGN) WithdrawDesign(now, turn);
  v1::ReopenPhaseResponse response;
  *response.mutable_cycle() = *turn.state().Find(kCycles, KeyOf(*cycle));
  AnswerShown(std::move(response), request.district(), turn);
}

void Apply(const v1::PhaseReopened& reopened, decider::State& state) {
  const v1::Cycle& cycle = reopened.cycle();
  state.Edit(kCycles, KeyOf(cycle)) = cycle;
  v1::TeamCyclesRow& team = state.Edit(kTeamCycles, TeamKeyOf(cycle));
  auto& ended = *team.mutable_ended();
  ended.erase(
      std::remove_if(ended.begin(), ended.end(),
                     [&](const v1::EndedPhase& one) { return one.phase() >= cycle.state(); }),
      ended.end());
  SetPhaseTimers(cycle, state);
  if (reopened.before() != v1::CYCLE_STATE_CLOSED) return;
  ForgetComparisons(cycle, state);
  team.set_current(cycle.cycle());
  team.clear_waiting();
  SetLaterTimers(cycle, state);
  const std::string school = SubjectOf(cycle);
  if (state.Find(kSchoolReviews, school) != nullptr) {
    TakeOut(cycle.cycle(), *state.Edit(kSchoolReviews, school).mutable_closed());
  }
  if (state.Find(kPlanReviews, school) != nullptr) {
    TakeOut(cycle.cycle(), *state.Edit(kPlanReviews, school).mutable_closed());
  }
}

}  // namespace throughline::cycles
