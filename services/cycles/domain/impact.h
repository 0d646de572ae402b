// The impact of a cycle on its indicators. Pure.
#pragma once

#include "throughline/cycles/v1/cycle.pb.h"

namespace throughline::cycles {

// The latest numbers of an indicator of the cycle; empty ones when there are none.
const common::v1::CycleEvidence& EvidenceOf(const v1::Cycle& cycle, const std::string& indicator);

// From the 95 % interval of the effect, net or of growth: exceeded when it lies above the
// prediction, short when it lies below it, else met when it lies above zero, else inconclusive.
constexpr v1::Verdict VerdictOf(double low, double high, double predicted) {
  if (low > predicted) return v1::VERDICT_EXCEEDED;
  if (high < predicted) return v1::VERDICT_SHORT;
  return low > 0 ? v1::VERDICT_MET : v1::VERDICT_INCONCLUSIVE;
}
// The same for a cycle's evidence; inconclusive when the data determine none, and when changes
// cannot be compared.
v1::Verdict VerdictOf(const common::v1::CycleEvidence& evidence, double predicted_effect);

// At closing, by growth: how other teams fared is not known yet.
v1::Impact ImpactOf(const v1::Cycle& cycle, const v1::CycleIndicator& indicator);

}  // namespace throughline::cycles
