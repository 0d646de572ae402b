// When things happen in a cycle, in instructional days of the school's calendar. Pure.
#pragma once

#include <string>

#include "core/instructional_calendar.h"
#include "throughline/common/v1/policy.pb.h"
#include "throughline/cycles/v1/cycle.pb.h"

namespace throughline::cycles {

// Sets the window that begins on the first instructional day on or after `start`: start, end,
// baseline, mid-cycle, days, and when each phase is due.
void SetWindow(v1::Cycle& cycle, core::Date start, const core::InstructionalCalendar& calendar,
               const common::v1::Policy& policy);

// The last day of a phase; the cycle's end for one without.
core::Date DueOf(const v1::Cycle& cycle, v1::CycleState phase);

// The first day before which `days` whole instructional days have passed since the phase was due:
// 0 is the first instructional day after its due day.
core::Date PastDue(const v1::Cycle& cycle, v1::CycleState phase, int days,
                   const core::InstructionalCalendar& calendar);

// A date of a cycle, which is always a day.
core::Date DateOf(const std::string& text);

}  // namespace throughline::cycles
