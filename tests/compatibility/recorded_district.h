// An autumn in a small district, written so that every kind of event happens: two schools of two
// teams, a plan from draft to closing, cycles from analysis to impact and one that is given up,
// results that are corrected, taken back, set aside and released, and people who silence, snooze,
// subscribe and answer.
//
// An event that no step of this script brings about would be missing in the recording of the next
// release: add a step when you add an event.
#pragma once

#include "quiet_services.h"

namespace throughline::compatibility {

inline constexpr int32_t kRecordedPartitions = 4;

// The same events every time. A step that does not come to what the script expects aborts with a
// sentence.
void LiveAnAutumn(QuietServices& services);
// The morning it begins.
core::Instant FirstMorning();

}  // namespace throughline::compatibility
