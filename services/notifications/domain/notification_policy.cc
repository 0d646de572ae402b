#include "notifications/domain/notification_policy.h"

#include "disclosure/smallest_cell.h"
#include "district/district_notes.h"

namespace throughline::notifications {

NotificationPolicy NotificationPolicy::From(const common::v1::Policy& policy) {
  NotificationPolicy made;
  if (policy.group_wait_s() > 0) made.wait = std::chrono::seconds(policy.group_wait_s());
  if (policy.group_interval_s() > 0) {
    made.interval = std::chrono::seconds(policy.group_interval_s());
  }
  if (policy.repeat_interval_s() > 0) {
    made.repeat = std::chrono::seconds(policy.repeat_interval_s());
  }
  made.smallest_cell = disclosure::SmallestCell(policy);
  return made;
}

NotificationPolicy NotificationPolicyOf(const decider::State& state, std::string_view district) {
  return NotificationPolicy::From(district::PolicyOf(state, district));
}

}  // namespace throughline::notifications
