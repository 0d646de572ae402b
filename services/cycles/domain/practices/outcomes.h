// What closed cycles came to, for the comparison of practices. Each closed cycle says it on its
// school's key; the district's key keeps it, with running sums by indicator, basis and window, of
// all teams and of those that use a practice. Those who do not use it are the difference, so that
// no closing costs more the more teams there are.
#pragma once

#include <string>

#include "cycles/domain/practices/assessments_due.h"
#include "decider/decider.h"
#include "throughline/cycles/v1/cycle.pb.h"
#include "throughline/cycles/v1/practice_events.pb.h"

namespace throughline::cycles {

// Says what a closed cycle came to, on every indicator or on one.
void ReportOutcomes(const v1::Cycle& closed, decider::Turn& turn);
void ReportOutcome(const v1::Cycle& closed, const std::string& indicator, decider::Turn& turn);
// Takes back what a cycle came to that is open again.
void WithdrawOutcomes(const v1::Cycle& reopened, decider::Turn& turn);

void Decide(const v1::OutcomeReported& reported, decider::Turn& turn);

void Apply(const v1::OutcomeNoted& noted, core::Instant time, decider::State& state);
// For Apply: stores the practice, which is merged into another one; what it was used for counts
// there. Adds to `stale` the windows in which it was used: who is compared with whom has changed.
void MoveOutcomes(const v1::Practice& merged, decider::State& state, Stale& stale);

}  // namespace throughline::cycles
