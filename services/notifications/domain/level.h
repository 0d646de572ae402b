// Whom a condition, and the alert about it, concerns. Pure.
#pragma once

#include <algorithm>

#include "throughline/cycles/v1/cycles_events.pb.h"

namespace throughline::notifications {

// Whether what it is raised for concerns students' privacy, and nobody else.
inline bool IsOfPrivacy(common::v1::Trigger trigger) {
  return trigger == common::v1::TRIGGER_EMERGENCY_ACCESS;
}

inline common::v1::Level LevelOf(const cycles::v1::Condition& condition) {
  if (IsOfPrivacy(condition.trigger())) return common::v1::LEVEL_PRIVACY;
  if (condition.school().empty()) return common::v1::LEVEL_DISTRICT;
  return condition.team().empty() ? common::v1::LEVEL_SCHOOL : common::v1::LEVEL_TEAM;
}

// Whether it is one of `levels`; none: any is.
inline bool IsOfLevels(common::v1::Level level,
                       const google::protobuf::RepeatedField<int>& levels) {
  return levels.empty() || std::find(levels.begin(), levels.end(), level) != levels.end();
}

}  // namespace throughline::notifications
