#include "cycles/domain/next_cycle.h"

#include <algorithm>
#include <vector>

#include "cycles/domain/cycle_rows.h"
#include "cycles/domain/schedule.h"

namespace throughline::cycles {

bool IsActive(const v1::Cycle& cycle, const decider::State& state) {
  const auto* team =
      state.Find(district::kTeams, JoinKey(cycle.district(), cycle.school(), cycle.team()));
  return team != nullptr && team->active();
}

// The day after the window, or today when that has passed.
core::Date NextStart(const v1::Cycle& cycle, const decider::Turn& turn) {
  const core::Date today = district::TodayOf(cycle.district(), turn);
  return std::max(DateOf(cycle.end()) + std::chrono::days{1}, today);
}

v1::Cycle Schedule(const v1::Cycle& like, core::Date start, decider::Turn& turn) {
  const auto* team =
      turn.state().Find(kTeamCycles, JoinKey(like.district(), like.school(), like.team()));
  v1::CycleScheduled scheduled;
  v1::Cycle& cycle = *scheduled.mutable_cycle();
  cycle.set_district(like.district());
  cycle.set_school(like.school());
  cycle.set_team(like.team());
  cycle.set_number(team == nullptr ? 1 : team->last_number() + 1);
  cycle.set_cycle(CycleId(like.district(), like.school(), like.team(), cycle.number()));
  cycle.set_state(v1::CYCLE_STATE_SCHEDULED);
  cycle.set_progression(like.progression());
  SetWindow(cycle, start, district::CalendarOf(turn.state(), like.district(), like.school()),
            district::PolicyOf(turn.state(), like.district()));
  for (const v1::CycleIndicator& indicator : like.indicators()) {
    *cycle.add_indicators() = indicator;
    cycle.mutable_indicators()->rbegin()->clear_predicted_effect();
    cycle.add_evidence();
  }
  cycle.set_version(1);
  turn.Emit(scheduled, SubjectOf(cycle));
  return cycle;
}

std::optional<v1::Cycle> ScheduleNext(const v1::Cycle& like, core::Date start,
                                      decider::Turn& turn) {
  const auto calendar = district::CalendarOf(turn.state(), like.district(), like.school());
  v1::Cycle window;
  SetWindow(window, start, calendar, district::PolicyOf(turn.state(), like.district()));
  if (calendar.Reaches(DateOf(window.end()))) return Schedule(like, start, turn);
  v1::NextCycleDeferred deferred;
  v1::Cycle& waiting = *deferred.mutable_cycle();
  waiting.set_district(like.district());
  waiting.set_school(like.school());
  waiting.set_team(like.team());
  waiting.set_progression(like.progression());
  *waiting.mutable_indicators() = like.indicators();
  waiting.set_start(core::FormatDate(start));
  turn.Emit(deferred, SubjectOf(like));
  return std::nullopt;
}

void Resume(const v1::Cycle& waiting, decider::Turn& turn) {
  const auto calendar = district::CalendarOf(turn.state(), waiting.district(), waiting.school());
  const core::Date today = district::TodayOf(waiting.district(), turn);
  const core::Date start = std::max(DateOf(waiting.start()), today);
  v1::Cycle window;
  SetWindow(window, start, calendar, district::PolicyOf(turn.state(), waiting.district()));
  if (!calendar.Reaches(DateOf(window.end())) || !IsActive(waiting, turn.state())) return;
  Schedule(waiting, start, turn);
}

void DecideWaiting(std::string_view district, decider::Turn& turn) {
  std::vector<v1::Cycle> waiting;
  turn.state().ForEach(kTeamCycles, JoinKey(district, ""),
                       [&](const std::string&, const v1::TeamCyclesRow& row) {
                         if (row.has_waiting()) waiting.push_back(row.waiting());
                       });
  for (const v1::Cycle& like : waiting) Resume(like, turn);
}

void Apply(const v1::NextCycleDeferred& deferred, decider::State& state) {
  const v1::Cycle& cycle = deferred.cycle();
  *state.Edit(kTeamCycles, JoinKey(cycle.district(), cycle.school(), cycle.team()))
       .mutable_waiting() = cycle;
}

}  // namespace throughline::cycles
