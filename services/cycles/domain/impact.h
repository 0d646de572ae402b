// The impact of a cycle on its indicators. Pure.
#pragma once

#include "throughline/cycles/v1/cycle.pb.h"

namespace throughline::cycles {

// The latest numbers of an indicator of the cycle; empty ones when there are none.
const common::v1::CycleEvidence& EvidenceOf(const v1::Cycle& cycle, const std::string& indicator);

// From the 95 % interval of the effect; inconclusive when the data determine none.
v1::Verdict VerdictOf(const common::v1::CycleEvidence& evidence, double predicted_effect);

v1::Impact ImpactOf(const v1::Cycle& cycle, const v1::CycleIndicator& indicator);

}  // namespace throughline::cycles
