#include "cycles/domain/offers/offer_timers.h"

#include "core/time_zone.h"
#include "cycles/domain/offers/offer_rows.h"
#include "cycles/domain/schedule.h"

namespace throughline::cycles {

namespace {

constexpr std::string_view kOfferTimers[] = {"overdue", "escalate", "lapse"};

std::string TimerOf(OfferTimer::What what, const v1::Offer& offer) {
  return JoinKey("offer", kOfferTimers[static_cast<int>(what)], KeyOf(offer));
}

}  // namespace

std::optional<OfferTimer> ParseOfferTimer(std::string_view name) {
  const auto [kind, what, district, school, team, offer] = core::SplitKey<6>(name);
  if (kind != "offer") return std::nullopt;
  for (int i = 0; i < static_cast<int>(std::size(kOfferTimers)); ++i) {
    if (what != kOfferTimers[i]) continue;
    return OfferTimer{static_cast<OfferTimer::What>(i), JoinKey(district, school, team, offer)};
  }
  return std::nullopt;
}

void SetOfferTimers(const v1::Offer& offer, decider::State& state) {
  const auto calendar = district::CalendarOf(state, offer.district(), offer.school());
  const auto& policy = district::PolicyOf(state, offer.district());
  const auto set = [&](OfferTimer::What what, const std::string& last_day, int days) {
    const core::Date day = calendar.Add(DateOf(last_day) + std::chrono::days{1}, days);
    state.SetTimer(TimerOf(what, offer),
                   core::StartOfDay(day, district::ZoneOf(state, offer.district())));
  };
  set(OfferTimer::What::kOverdue, offer.due(), policy.overdue_alert_days());
  set(OfferTimer::What::kEscalate, offer.due(), policy.overdue_escalation_days());
  set(OfferTimer::What::kLapse, offer.lapses(), 0);
}

void ClearOfferTimers(const v1::Offer& offer, decider::State& state) {
  for (const OfferTimer::What what :
       {OfferTimer::What::kOverdue, OfferTimer::What::kEscalate, OfferTimer::What::kLapse}) {
    state.ClearTimer(TimerOf(what, offer));
  }
}

}  // namespace throughline::cycles
