// The net effect of closed cycles beside those whose team uses none of their practices: what the
// verdict on their impact goes by. On the district's key, which tells the schools.
#pragma once

#include "decider/decider.h"
#include "throughline/cycles/v1/practice_events.pb.h"
#include "throughline/cycles/v1/rows.pb.h"

namespace throughline::cycles {

// Compares the cycles that those of the `due` windows can be compared with, and publishes what is
// new: of a cycle whose own evidence moved; that there is a comparison, or none any more; another
// verdict; or a tenth more or fewer students to compare with.
void PublishNetEffects(const std::string& district, const v1::AssessmentsDueRow& due,
                       decider::Turn& turn);

// For Apply: the outcome is compared, and compared with, from here on; it takes the place of
// `before`, null when there was none.
void PutInWindow(const v1::CycleOutcome& outcome, const v1::CycleOutcome* before,
                 decider::State& state);
// For Apply: no longer.
void TakeOutOfWindow(const v1::CycleOutcome& outcome, decider::State& state);

void Apply(const v1::NetEffectsPublished& published, decider::State& state);

}  // namespace throughline::cycles
