// What a cycle makes of what evidence says: newer numbers, reviews, conditions, and verdicts that
// no longer hold.
#pragma once

#include "decider/decider.h"
#include "throughline/cycles/v1/cycles_events.pb.h"
#include "throughline/evidence/v1/evidence_events.pb.h"

namespace throughline::cycles {

void Decide(const evidence::v1::EvidenceSummarized& summarized, decider::Turn& turn);
void Decide(const evidence::v1::EvidenceMoved& moved, decider::Turn& turn);
// Some days before implement ends: which indicators have too little evidence.
void DecideEvidenceMissing(const v1::Cycle& cycle, decider::Turn& turn);

void Apply(const v1::CycleEvidenceTaken& taken, decider::State& state);
void Apply(const v1::CycleFlagged& flagged, decider::State& state);
void Apply(const v1::CycleUnflagged& unflagged, decider::State& state);

}  // namespace throughline::cycles
