#include "notifications/domain/matcher.h"

#include <algorithm>

#include "core/ids.h"
#include "notifications/domain/audience.h"
#include "notifications/domain/errors.h"
#include "notifications/domain/level.h"

namespace throughline::notifications {

constexpr int kKindsAtMost = 16;
constexpr int kLevelsAtMost = 4;

bool Matches(const v1::Matcher& matcher, const v1::Alert& alert) {
  const auto& condition = alert.condition();
  const auto fits = [](const std::string& wanted, const std::string& has) {
    return wanted.empty() || wanted == has;
  };
  const bool kind =
      matcher.triggers().empty() || std::find(matcher.triggers().begin(), matcher.triggers().end(),
                                              condition.trigger()) != matcher.triggers().end();
  // Of what a team is part of, one that names it hears only when it says so.
  const common::v1::Level level = LevelOf(condition);
  const bool of_whole = level == common::v1::LEVEL_SCHOOL && !matcher.levels().empty();
  return kind && IsOfLevels(level, matcher.levels()) && fits(matcher.school(), alert.school()) &&
         (of_whole || fits(matcher.team(), condition.team())) &&
         fits(matcher.indicator(), condition.indicator());
}

bool IsAbout(const v1::Subscription& subscription, const v1::Alert& alert) {
  return Hears(AudienceOf(subscription), alert) && Matches(subscription.matcher(), alert);
}

std::optional<core::Error> Check(const v1::Matcher& matcher, const std::string& field) {
  const auto fine = [](const std::string& id) { return id.empty() || core::IsId(id); };
  if (!fine(matcher.school())) return IdInvalid(field + ".school");
  if (!fine(matcher.team())) return IdInvalid(field + ".team");
  if (!fine(matcher.indicator())) return IdInvalid(field + ".indicator");
  if (matcher.triggers_size() > kKindsAtMost) {
    return KindsInvalid(field + ".triggers", kKindsAtMost);
  }
  for (int kind : matcher.triggers()) {
    if (kind == common::v1::TRIGGER_UNSPECIFIED || !common::v1::Trigger_IsValid(kind)) {
      return KindsInvalid(field + ".triggers", kKindsAtMost);
    }
  }
  if (matcher.levels_size() > kLevelsAtMost) {
    return LevelsInvalid(field + ".levels", kLevelsAtMost);
  }
  for (int level : matcher.levels()) {
    if (level == common::v1::LEVEL_UNSPECIFIED || !common::v1::Level_IsValid(level)) {
      return LevelsInvalid(field + ".levels", kLevelsAtMost);
    }
  }
  return std::nullopt;
}

}  // namespace throughline::notifications
