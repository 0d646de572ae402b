// The cycle that follows a team's last one, and the one that waits for days of the calendar.
#pragma once

#include <optional>
#include <string_view>

#include "decider/decider.h"
#include "throughline/cycles/v1/cycles_events.pb.h"

namespace throughline::cycles {

// Whether the cycle's team works.
bool IsActive(const v1::Cycle& cycle, const decider::State& state);
// The first day on which the cycle after this one may begin.
core::Date NextStart(const v1::Cycle& cycle, const decider::Turn& turn);
// Schedules a cycle of the team, with its next number.
v1::Cycle Schedule(const v1::Cycle& like, core::Date start, decider::Turn& turn);
// Schedules the next cycle, which is like that one and begins on the first teaching day from
// `start` on; when the terms do not have its days, that is left until they do: nullopt.
std::optional<v1::Cycle> ScheduleNext(const v1::Cycle& like, core::Date start, decider::Turn& turn);
// Schedules the cycle that waits, when the terms have its days by now and its team works.
void Resume(const v1::Cycle& waiting, decider::Turn& turn);
// The calendar of a district changed: the cycles that wait for its days are scheduled.
void DecideWaiting(std::string_view district, decider::Turn& turn);

void Apply(const v1::NextCycleDeferred& deferred, decider::State& state);

}  // namespace throughline::cycles
