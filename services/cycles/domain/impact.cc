#include "cycles/domain/impact.h"

namespace throughline::cycles {

const common::v1::CycleEvidence& EvidenceOf(const v1::Cycle& cycle, const std::string& indicator) {
  for (int i = 0; i < cycle.indicators_size() && i < cycle.evidence_size(); ++i) {
    if (cycle.indicators(i).indicator() == indicator) return cycle.evidence(i);
  }
  return common::v1::CycleEvidence::default_instance();
}

v1::Verdict VerdictOf(const common::v1::CycleEvidence& evidence, double predicted_effect) {
  if (!evidence.has_effect_low() || !evidence.has_effect_high()) return v1::VERDICT_INCONCLUSIVE;
  if (evidence.basis() == common::v1::BASIS_UNEQUATED) return v1::VERDICT_INCONCLUSIVE;
  return VerdictOf(evidence.effect_low(), evidence.effect_high(), predicted_effect);
}

v1::Impact ImpactOf(const v1::Cycle& cycle, const v1::CycleIndicator& indicator) {
  v1::Impact impact;
  impact.set_indicator(indicator.indicator());
  impact.set_predicted_effect(indicator.predicted_effect());
  *impact.mutable_evidence() = EvidenceOf(cycle, indicator.indicator());
  impact.set_verdict(VerdictOf(impact.evidence(), indicator.predicted_effect()));
  impact.set_compared_effect(v1::COMPARED_EFFECT_GROWTH);
  return impact;
}

}  // namespace throughline::cycles
