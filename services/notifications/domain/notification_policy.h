// The part of a district's policy that notifications rest on. Facts of a school may be read
// before its district's: until then, and for any field that is absent, the defaults that
// policy.proto names hold, so that no small cell is shown and there is no notification after the
// other without pause.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

#include "decider/state.h"
#include "throughline/common/v1/policy.pb.h"

namespace throughline::notifications {

struct NotificationPolicy {
  std::chrono::seconds wait{30};       // of a new group, for others
  std::chrono::seconds interval{300};  // between two notifications of a group that changed
  std::chrono::seconds repeat{86400};  // of a group that did not
  int64_t smallest_cell = 10;          // students

  static NotificationPolicy From(const common::v1::Policy& policy);
};

NotificationPolicy NotificationPolicyOf(const decider::State& state, std::string_view district);

}  // namespace throughline::notifications
