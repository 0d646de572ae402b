// Who may know the students of a school in an emergency, as `plans` says it: noted on the school's
// key for as long as it lasts.
#pragma once

#include <string_view>

#include "decider/decider.h"
#include "throughline/plans/v1/plans_events.pb.h"
#include "throughline/plans/v1/plans_notes.pb.h"

namespace throughline::evidence {

// Whether the access is `subject`'s and holds at `now`: also before it is noted that its time is
// over.
bool IsHeldBy(std::string_view subject, const plans::v1::EmergencyAccess& access,
              core::Instant now);

void Decide(const plans::v1::EmergencyAccessTaken& taken, decider::Turn& turn);
void Decide(const plans::v1::EmergencyAccessEnded& ended, decider::Turn& turn);
void Apply(const plans::v1::EmergencyAccessNoted& noted, decider::State& state);

}  // namespace throughline::evidence
