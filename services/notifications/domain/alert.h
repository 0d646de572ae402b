// Alerts: raised and resolved with their conditions; acknowledged and snoozed by people. A
// condition that holds has one alert; when it becomes worse the alert fires anew, even if
// somebody has it in hand.
#pragma once

#include "decider/decider.h"
#include "throughline/cycles/v1/cycles_events.pb.h"
#include "throughline/notifications/v1/notifications_events.pb.h"
#include "throughline/notifications/v1/notifications_service.pb.h"

namespace throughline::notifications {

inline constexpr std::string_view kSnoozeOver = "snooze/";  // + district/school/alert

void Decide(const cycles::v1::ConditionRaised& raised, decider::Turn& turn);
void Decide(const cycles::v1::ConditionCleared& cleared, decider::Turn& turn);
void Decide(const v1::AcknowledgeAlertRequest& request, decider::Turn& turn);
void Decide(const v1::SnoozeAlertRequest& request, decider::Turn& turn);
void DecideSnoozeOver(std::string_view timer, decider::Turn& turn);

void Apply(const v1::AlertRaised& raised, core::Instant time, decider::State& state);
void Apply(const v1::AlertChanged& changed, core::Instant time, decider::State& state);
void Apply(const v1::AlertResolved& resolved, core::Instant time, decider::State& state);

}  // namespace throughline::notifications
