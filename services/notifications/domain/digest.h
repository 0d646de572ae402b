// E-mail digests: what was notified is collected for each subscription, on the district's key,
// until its hour comes; then every reader is sent one mail. A day without notifications has no
// mail.
#pragma once

#include "decider/decider.h"
#include "throughline/notifications/v1/notifications_events.pb.h"

namespace throughline::notifications {

inline constexpr std::string_view kDigestDue = "digest/";  // + district/subscription

void DecideDigest(const v1::NotificationForwarded& forwarded, decider::Turn& turn);
void DecideDigestDue(std::string_view timer, decider::Turn& turn);

void Apply(const v1::DigestNoted& noted, core::Instant time, decider::State& state);
void Apply(const v1::DigestClosed& closed, core::Instant time, decider::State& state);
// For Apply. The subscription was changed: what was collected is kept for its new hour, or dropped
// when it is no digest any more.
void KeepDigest(const v1::Subscription& subscription, bool deleted, core::Instant time,
                decider::State& state);

}  // namespace throughline::notifications
