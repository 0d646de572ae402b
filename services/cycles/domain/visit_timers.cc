#include "cycles/domain/visit_timers.h"

#include "core/time_zone.h"
#include "cycles/domain/schedule.h"
#include "cycles/domain/tables.h"

namespace throughline::cycles {

namespace {

using What = VisitTimer::What;

constexpr std::string_view kNames[] = {"packet", "overdue", "escalate"};

std::string TimerOf(What what, const v1::Visit& visit, std::string_view commitment = {}) {
  return JoinKey("visit", kNames[static_cast<int>(what)], visit.district(), visit.host(),
                 visit.visit(), commitment);
}

// When `due` is past: a warning, and then more than that.
void SetPastDue(const v1::Visit& visit, std::string_view commitment, core::Date due,
                decider::State& state) {
  const auto calendar = district::CalendarOf(state, visit.district(), visit.host());
  const auto& policy = district::PolicyOf(state, visit.district());
  const auto set = [&](What what, int days) {
    state.SetTimer(TimerOf(what, visit, commitment),
                   core::StartOfDay(calendar.Add(due + std::chrono::days{1}, days),
                                    district::ZoneOf(state, visit.district())));
  };
  set(What::kOverdue, policy.overdue_alert_days());
  set(What::kEscalate, policy.overdue_escalation_days());
}

}  // namespace

std::optional<VisitTimer> ParseVisitTimer(std::string_view name) {
  const auto [kind, what, district, host, visit, commitment] = core::SplitKey<6>(name);
  if (kind != "visit") return std::nullopt;
  for (int i = 0; i < static_cast<int>(std::size(kNames)); ++i) {
    if (what != kNames[i]) continue;
    return VisitTimer{static_cast<What>(i), std::string(district), std::string(host),
                      std::string(visit), std::string(commitment)};
  }
  return std::nullopt;
}

void SetVisitTimers(const v1::Visit& visit, decider::State& state) {
  const core::Date day = DateOf(visit.date());
  state.SetTimer(TimerOf(What::kPacket, visit),
                 core::StartOfDay(day, district::ZoneOf(state, visit.district())));
  SetPastDue(visit, {}, day, state);
}

void ClearVisitTimers(const v1::Visit& visit, decider::State& state) {
  state.ClearTimer(TimerOf(What::kPacket, visit));
  ClearCommitmentTimers(visit, {}, state);
}

void SetCommitmentTimers(const v1::Visit& visit, decider::State& state) {
  for (const v1::Commitment& one : visit.commitments()) {
    SetPastDue(visit, one.commitment(), DateOf(one.due()), state);
  }
}

void ClearCommitmentTimers(const v1::Visit& visit, std::string_view commitment,
                           decider::State& state) {
  state.ClearTimer(TimerOf(What::kOverdue, visit, commitment));
  state.ClearTimer(TimerOf(What::kEscalate, visit, commitment));
}

}  // namespace throughline::cycles
