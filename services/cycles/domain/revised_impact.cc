#include "cycles/domain/revised_impact.h"

#include "cycles/domain/conditions.h"
#include "cycles/domain/cycle_rows.h"
#include "cycles/domain/impact.h"

namespace throughline::cycles {

using common::v1::CycleEvidence;

namespace {

// The comparison with other cycles that holds; null without one.
const v1::ImpactComparison* ComparisonOf(const v1::Cycle& cycle, const std::string& indicator,
                                         const decider::State& state) {
  const auto* taken = state.Find(kTakenComparisons, JoinKey(KeyOf(cycle), indicator));
  return taken != nullptr && taken->has_net_effect() ? taken : nullptr;
}

// What growth gives: one from before there were bases is not revised because there are.
v1::Verdict GrowthVerdict(const v1::Impact& concluded, CycleEvidence evidence) {
  const CycleEvidence& then = concluded.evidence();
  const bool unsaid = then.basis() == common::v1::BASIS_UNSPECIFIED;
  if (unsaid && then.matched() > 0) evidence.clear_basis();
  return VerdictOf(evidence, concluded.predicted_effect());
}

// The condition that evidence gives the verdict `now`, with the numbers that it rests on.
v1::Condition RevisedBy(v1::Verdict now, const v1::Cycle& cycle, const v1::Impact& concluded,
                        const decider::State& state) {
  v1::Condition revised =
      ConditionOf(cycle, common::v1::TRIGGER_REVISED_EVIDENCE, concluded.indicator());
  revised.set_reason(EffectOf(revised.trigger()).reason());
  *revised.mutable_evidence() = EvidenceOf(cycle, concluded.indicator());
  revised.set_verdict_before(concluded.verdict());
  revised.set_verdict_after(now);
  revised.set_predicted_effect(concluded.predicted_effect());
  const auto* comparison = ComparisonOf(cycle, concluded.indicator(), state);
  revised.set_compared_effect(comparison == nullptr ? v1::COMPARED_EFFECT_GROWTH
                                                    : v1::COMPARED_EFFECT_NET);
  if (comparison != nullptr) *revised.mutable_net_effect() = comparison->net_effect();
  return revised;
}

void Flag(v1::Cycle cycle, const v1::Condition& revised, decider::Turn& turn) {
  v1::CycleFlagged flagged;
  cycle.set_flagged(true);
  cycle.set_version(cycle.version() + 1);
  *flagged.mutable_cycle() = cycle;
  flagged.set_indicator(revised.indicator());
  flagged.set_before(revised.verdict_before());
  flagged.set_after(revised.verdict_after());
  flagged.set_compared_effect(revised.compared_effect());
  turn.Emit(flagged, SubjectOf(cycle));
}

// Takes the flag away when every verdict stands.
void Unflag(v1::Cycle cycle, const std::string& indicator, decider::Turn& turn) {
  if (!cycle.flagged()) return;
  for (const v1::Impact& impact : cycle.impacts()) {
    if (VerdictNow(cycle, impact, turn.state()) != impact.verdict()) return;
  }
  v1::CycleUnflagged unflagged;
  cycle.set_flagged(false);
  cycle.set_version(cycle.version() + 1);
  *unflagged.mutable_cycle() = cycle;
  unflagged.set_indicator(indicator);
  turn.Emit(unflagged, SubjectOf(cycle));
}

}  // namespace

const v1::Impact* ImpactOn(const v1::Cycle& cycle, const std::string& indicator) {
  for (const v1::Impact& impact : cycle.impacts()) {
    if (impact.indicator() == indicator) return &impact;
  }
  return nullptr;
}

v1::Verdict VerdictNow(const v1::Cycle& cycle, const v1::Impact& concluded,
                       const decider::State& state) {
  const auto* comparison = ComparisonOf(cycle, concluded.indicator(), state);
  if (comparison != nullptr) return comparison->verdict();
  return GrowthVerdict(concluded, EvidenceOf(cycle, concluded.indicator()));
}

void Revise(const v1::Cycle& cycle, const v1::Impact& concluded, v1::Verdict before,
            decider::Turn& turn) {
  const v1::Verdict now = VerdictNow(cycle, concluded, turn.state());
  if (now == before) return;
  if (now == concluded.verdict()) return LetStand(cycle, concluded, turn);
  v1::Condition revised = RevisedBy(now, cycle, concluded, turn.state());
  Flag(cycle, revised, turn);
  Raise(revised, turn);
}

void LetStand(const v1::Cycle& cycle, const v1::Impact& concluded, decider::Turn& turn) {
  const v1::Condition stands = RevisedBy(concluded.verdict(), cycle, concluded, turn.state());
  Unflag(cycle, concluded.indicator(), turn);
  Clear(stands, turn);
}

}  // namespace throughline::cycles
