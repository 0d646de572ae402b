// Alerts of the same kind and school share notifications: a new group waits for others, a changed
// one is notified at most so often, an unresolved one is repeated (all policy), as Prometheus
// Alertmanager does.
//
// A notification lists every alert of the group that fires, not only what is new, and what was
// resolved. It happens when something is news (raised, changed, resolved, or let go by a silence or
// a snooze), or when the last one is `repeat` ago. Kept back are alerts that are snoozed, that a
// silence matches, or that somebody has in hand and that were in a notification once. A group is
// gone when nothing in it fires and what was resolved has been notified.
#pragma once

#include "decider/decider.h"
#include "throughline/notifications/v1/notifications_events.pb.h"

namespace throughline::notifications {

inline constexpr std::string_view kGroupDue = "group/";  // + district/school/trigger

void DecideGroup(std::string_view timer, decider::Turn& turn);

// For Apply. An alert fires, anew or with a change worth a notification.
void AddToGroup(const v1::Alert& alert, core::Instant time, decider::State& state);
// An alert is resolved; people are notified of that when they were of the alert.
void RemoveFromGroup(const v1::Alert& alert, core::Instant time, decider::State& state);
void Apply(const v1::GroupNotified& notified, core::Instant time, decider::State& state);
// A silence ended early: groups with something to tell are looked at again.
void WakeGroups(std::string_view district, core::Instant time, decider::State& state);

}  // namespace throughline::notifications
