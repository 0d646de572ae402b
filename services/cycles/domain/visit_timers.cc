#include "cycles/domain/visit_timers.h"

#include "core/time_zone.h"
#include "cycles/domain/schedule.h"
#include "cycles/domain/tables.h"

namespace throughline::cycles {

namespace {

constexpr std::string_view kVisitTimers[] = {"packet", "overdue", "escalate"};

std::string TimerOf(VisitTimer::What what, const v1::Visit& visit,
                    std::string_view commitment = {}) {
  return JoinKey("visit", kVisitTimers[static_cast<int>(what)], visit.district(), visit.host(),
                 visit.visit(), commitment);
}

// When `due` is past: a warning, and then more than that.
void SetPastDue(const v1::Visit& visit, std::string_view commitment, core::Date due,
                decider::State& state) {
  const auto calendar = district::CalendarOf(state, visit.district(), visit.host());
  const auto& policy = district::PolicyOf(state, visit.district());
  const auto set = [&](VisitTimer::What what, int days) {
    state.SetTimer(TimerOf(what, visit, commitment),
                   core::StartOfDay(calendar.Add(due + std::chrono::days{1}, days),
                                    district::ZoneOf(state, visit.district())));
  };
  set(VisitTimer::What::kOverdue, policy.overdue_alert_days());
  set(VisitTimer::What::kEscalate, policy.overdue_escalation_days());
}

}  // namespace

std::optional<VisitTimer> ParseVisitTimer(std::string_view name) {
  const auto [kind, what, district, host, visit, commitment] = core::SplitKey<6>(name);
  if (kind != "visit") return std::nullopt;
  for (int i = 0; i < static_cast<int>(std::size(kVisitTimers)); ++i) {
    if (what != kVisitTimers[i]) continue;
    return VisitTimer{static_cast<VisitTimer::What>(i), std::string(district), std::string(host),
                      std::string(visit), std::string(commitment)};
  }
  return std::nullopt;
}

void SetVisitTimers(const v1::Visit& visit, decider::State& state) {
  const core::Date day = DateOf(visit.date());
  state.SetTimer(TimerOf(VisitTimer::What::kPacket, visit),
                 core::StartOfDay(day, district::ZoneOf(state, visit.district())));
  SetPastDue(visit, {}, day, state);
}

void ClearVisitTimers(const v1::Visit& visit, decider::State& state) {
  state.ClearTimer(TimerOf(VisitTimer::What::kPacket, visit));
  ClearCommitmentTimers(visit, {}, state);
}

void SetCommitmentTimers(const v1::Visit& visit, decider::State& state) {
  for (const v1::Commitment& one : visit.commitments()) {
    SetPastDue(visit, one.commitment(), DateOf(one.due()), state);
  }
}

void ClearCommitmentTimers(const v1::Visit& visit, std::string_view commitment,
                           decider::State& state) {
  state.ClearTimer(TimerOf(VisitTimer::What::kOverdue, visit, commitment));
  state.ClearTimer(TimerOf(VisitTimer::What::kEscalate, visit, commitment));
}

}  // namespace throughline::cycles
