#include "notifications/domain/matcher.h"

#include <algorithm>
#include <set>

#include "core/ids.h"
#include "notifications/domain/audience.h"
#include "notifications/domain/errors.h"
#include "notifications/domain/level.h"

namespace throughline::notifications {

constexpr int kKindsAtMost = 16;

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
  return CheckLevels(matcher.levels(), field + ".levels");
}

std::optional<core::Error> CheckLevels(const google::protobuf::RepeatedField<int>& levels,
                                       const std::string& field) {
  std::set<int> said;
  for (const int level : levels) {
    const bool is_level =
        level != common::v1::LEVEL_UNSPECIFIED && common::v1::Level_IsValid(level);
    if (!is_level || !said.insert(level).second) return LevelsInvalid(field);
  }
  return std::nullopt;
}

}  // namespace throughline::notifications
