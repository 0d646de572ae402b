#include "notifications/domain/telling_policy.h"

#include "disclosure/smallest_cell.h"
#include "district/district_notes.h"

namespace throughline::notifications {

TellingPolicy TellingPolicy::From(const common::v1::Policy& policy) {
  TellingPolicy telling;
  if (policy.group_wait_s() > 0) telling.wait = std::chrono::seconds(policy.group_wait_s());
  if (policy.group_interval_s() > 0) {
    telling.interval = std::chrono::seconds(policy.group_interval_s());
  }
  if (policy.repeat_interval_s() > 0) {
    telling.repeat = std::chrono::seconds(policy.repeat_interval_s());
  }
  telling.smallest_cell = disclosure::SmallestCell(policy);
  return telling;
}

TellingPolicy TellingPolicyOf(const decider::State& state, std::string_view district) {
  return TellingPolicy::From(district::PolicyOf(state, district));
}

}  // namespace throughline::notifications
