#include "notifications/domain/active_silences.h"

#include <algorithm>

#include "notifications/domain/level.h"
#include "notifications/domain/matcher.h"
#include "notifications/domain/tables.h"

namespace throughline::notifications {

bool IsOver(const v1::Silence& silence, core::Instant time) {
  return silence.ends_at_ms() <= core::ToMillis(time);
}

std::optional<core::Instant> SilencedUntil(const v1::Alert& alert, core::Instant time,
                                           const decider::State& state) {
  if (IsOfPrivacy(alert.condition().trigger())) return std::nullopt;
  std::optional<core::Instant> until;
  state.ForEach(kSilences, JoinKey(alert.district(), ""),
                [&](const std::string&, const v1::Silence& silence) {
                  if (silence.starts_at_ms() > core::ToMillis(time)) return;
                  if (IsOver(silence, time) || !Matches(silence.matcher(), alert)) return;
                  until = std::max(until.value_or(time), core::FromMillis(silence.ends_at_ms()));
                });
  return until;
}

}  // namespace throughline::notifications
