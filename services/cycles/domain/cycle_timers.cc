#include "cycles/domain/cycle_timers.h"

#include <algorithm>

#include "core/time_zone.h"
#include "cycles/domain/schedule.h"
#include "cycles/domain/tables.h"

namespace throughline::cycles {

namespace {

constexpr std::string_view kCycleTimers[] = {"start", "overdue", "escalate", "missing", "lapse"};

std::string NameOf(CycleTimer::What what, const v1::Cycle& cycle) {
  return JoinKey("cycle", kCycleTimers[static_cast<int>(what)], cycle.district(), cycle.school(),
                 cycle.cycle());
}

void Set(CycleTimer::What what, const v1::Cycle& cycle, core::Date day, decider::State& state) {
  state.SetTimer(NameOf(what, cycle),
                 core::StartOfDay(day, district::ZoneOf(state, cycle.district())));
}

}  // namespace

std::optional<CycleTimer> ParseTimer(std::string_view name) {
  const auto [kind, what, district, school, cycle] = core::SplitKey<5>(name);
  if (kind != "cycle") return std::nullopt;
  for (int i = 0; i < static_cast<int>(std::size(kCycleTimers)); ++i) {
    if (what != kCycleTimers[i]) continue;
    return CycleTimer{static_cast<CycleTimer::What>(i), std::string(district), std::string(school),
                      std::string(cycle)};
  }
  return std::nullopt;
}

void SetWindowTimers(const v1::Cycle& cycle, decider::State& state) {
  Set(CycleTimer::What::kStart, cycle, DateOf(cycle.start()), state);
  SetLaterTimers(cycle, state);
}

void SetLaterTimers(const v1::Cycle& cycle, decider::State& state) {
  const auto calendar = district::CalendarOf(state, cycle.district(), cycle.school());
  const auto& policy = district::PolicyOf(state, cycle.district());
  // That many instructional days before the last day of implement, but never before the window.
  const core::Date missing =
      calendar.Back(DueOf(cycle, v1::CYCLE_STATE_IMPLEMENT), policy.evidence_missing_days());
  Set(CycleTimer::What::kMissing, cycle, std::max(DateOf(cycle.start()), missing), state);
  Set(CycleTimer::What::kLapse, cycle,
      calendar.Add(DateOf(cycle.end()) + std::chrono::days{1}, cycle.days()), state);
}

void SetPhaseTimers(const v1::Cycle& cycle, decider::State& state) {
  const auto calendar = district::CalendarOf(state, cycle.district(), cycle.school());
  const auto& policy = district::PolicyOf(state, cycle.district());
  Set(CycleTimer::What::kOverdue, cycle,
      PastDue(cycle, cycle.state(), policy.overdue_alert_days(), calendar), state);
  Set(CycleTimer::What::kEscalate, cycle,
      PastDue(cycle, cycle.state(), policy.overdue_escalation_days(), calendar), state);
}

void ClearTimers(const v1::Cycle& cycle, decider::State& state) {
  for (int i = 0; i < static_cast<int>(std::size(kCycleTimers)); ++i) {
    state.ClearTimer(NameOf(static_cast<CycleTimer::What>(i), cycle));
  }
}

}  // namespace throughline::cycles
