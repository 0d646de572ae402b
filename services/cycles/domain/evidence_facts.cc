#include "cycles/domain/evidence_facts.h"

#include <google/protobuf/util/message_differencer.h>

#include <algorithm>

#include "cycles/domain/conditions.h"
#include "cycles/domain/impact.h"
#include "cycles/domain/practices/outcomes.h"
#include "cycles/domain/revised_impact.h"
#include "cycles/domain/schedule.h"
#include "cycles/domain/tables.h"

namespace throughline::cycles {

using common::v1::CycleEvidence;

namespace {

bool IsOpen(const v1::Cycle& cycle) {
  return cycle.state() != v1::CYCLE_STATE_CLOSED && cycle.state() != v1::CYCLE_STATE_CANCELLED;
}

bool IsSufficient(const CycleEvidence& evidence, const v1::Cycle& cycle,
                  const decider::State& state) {
  const double wanted =
      district::PolicyOf(state, cycle.district()).sufficient_coverage() * evidence.rostered();
  return evidence.rostered() > 0 && evidence.covered() >= wanted;
}

bool IsOfAnOpenCycle(const evidence::v1::EvidenceMoved& moved, const decider::State& state) {
  const auto* cycle = state.Find(kCycles, JoinKey(moved.district(), moved.school(), moved.cycle()));
  return cycle != nullptr && IsOpen(*cycle);
}

bool IsShownAnew(const CycleEvidence& before, const CycleEvidence& now) {
  return before.shown().as_of_ms() != now.shown().as_of_ms();
}

bool WorksOn(const v1::Cycle& cycle, const std::string& indicator) {
  return std::any_of(cycle.indicators().begin(), cycle.indicators().end(),
                     [&](const v1::CycleIndicator& one) { return one.indicator() == indicator; });
}

}  // namespace

void Decide(const evidence::v1::EvidenceSummarized& summarized, decider::Turn& turn) {
  const std::string key = JoinKey(summarized.district(), summarized.school(), summarized.cycle());
  const auto* cycle = turn.state().Find(kCycles, key);
  if (cycle == nullptr || cycle->state() == v1::CYCLE_STATE_CANCELLED) return;
  if (!WorksOn(*cycle, summarized.indicator())) return;
  const CycleEvidence before = EvidenceOf(*cycle, summarized.indicator());
  const v1::Impact* impact = ImpactOn(*cycle, summarized.indicator());
  const v1::Verdict verdict =
      impact == nullptr ? v1::VERDICT_UNSPECIFIED : VerdictNow(*cycle, *impact, turn.state());
  if (google::protobuf::util::MessageDifferencer::Equals(before, summarized.evidence())) return;
  v1::CycleEvidenceTaken taken;
  taken.set_district(summarized.district());
  taken.set_school(summarized.school());
  taken.set_cycle(summarized.cycle());
  taken.set_indicator(summarized.indicator());
  *taken.mutable_evidence() = summarized.evidence();
  if (summarized.has_shown_sums()) *taken.mutable_shown_sums() = summarized.shown_sums();
  if (summarized.has_team_students()) *taken.mutable_team_students() = summarized.team_students();
  turn.Emit(taken, core::Key{summarized.district(), summarized.school()}.Text());
  const v1::Cycle now = *turn.state().Find(kCycles, key);
  if (!IsOpen(now)) {
    if (IsShownAnew(before, summarized.evidence())) {
      ReportOutcome(now, summarized.indicator(), turn);
    }
    const v1::Impact* concluded = ImpactOn(now, summarized.indicator());
    if (concluded == nullptr) return;
    return Revise(now, *concluded, verdict, turn);
  }
  if (IsSufficient(summarized.evidence(), now, turn.state())) {
    v1::Condition missing =
        ConditionOf(now, common::v1::TRIGGER_EVIDENCE_MISSING, summarized.indicator());
    *missing.mutable_evidence() = summarized.evidence();
    Clear(missing, turn);
  }
}

void Decide(const evidence::v1::EvidenceMoved& moved, decider::Turn& turn) {
  if (!moved.cycle().empty() && !IsOfAnOpenCycle(moved, turn.state())) return;
  v1::Condition condition = ConditionOf(moved);
  const common::v1::TriggerEffect& effect = EffectOf(moved.trigger());
  condition.set_reason(effect.reason());
  if (moved.has_evidence()) *condition.mutable_evidence() = moved.evidence();
  if (moved.has_gap()) *condition.mutable_gap() = moved.gap();
  if (moved.has_test()) *condition.mutable_test() = moved.test();
  if (moved.has_students()) condition.set_students(moved.students());
  if (moved.has_shown_students()) condition.set_shown_students(moved.shown_students());
  if (!moved.met()) return Clear(condition, turn);
  if (effect.opens_review()) condition.set_review(OpenReview(condition, turn));
  if (effect.raises_alert()) Raise(condition, turn);
}

void DecideEvidenceMissing(const v1::Cycle& cycle, decider::Turn& turn) {
  for (const v1::CycleIndicator& indicator : cycle.indicators()) {
    const CycleEvidence& evidence = EvidenceOf(cycle, indicator.indicator());
    if (IsSufficient(evidence, cycle, turn.state())) continue;
    v1::Condition missing =
        ConditionOf(cycle, common::v1::TRIGGER_EVIDENCE_MISSING, indicator.indicator());
    missing.set_reason(EffectOf(missing.trigger()).reason());
    *missing.mutable_evidence() = evidence;
    missing.set_due(core::FormatDate(DueOf(cycle, v1::CYCLE_STATE_IMPLEMENT)));
    Raise(missing, turn);
  }
}

void Apply(const v1::CycleEvidenceTaken& taken, decider::State& state) {
  const std::string sums =
      JoinKey(taken.district(), taken.school(), taken.cycle(), taken.indicator());
  if (taken.has_shown_sums()) {
    state.Edit(kShownSums, sums) = taken.shown_sums();
  } else if (state.Find(kShownSums, sums) != nullptr) {
    state.Erase(kShownSums, sums);
  }
  v1::Cycle& cycle = state.Edit(kCycles, JoinKey(taken.district(), taken.school(), taken.cycle()));
  for (int i = 0; i < cycle.indicators_size(); ++i) {
    if (cycle.evidence_size() == i) cycle.add_evidence();
    if (cycle.indicators(i).indicator() == taken.indicator()) {
      *cycle.mutable_evidence(i) = taken.evidence();
    }
  }
}

void Apply(const v1::CycleFlagged& flagged, decider::State& state) {
  const v1::Cycle& cycle = flagged.cycle();
  state.Edit(kCycles, JoinKey(cycle.district(), cycle.school(), cycle.cycle())) = cycle;
}

void Apply(const v1::CycleUnflagged& unflagged, decider::State& state) {
  const v1::Cycle& cycle = unflagged.cycle();
  state.Edit(kCycles, JoinKey(cycle.district(), cycle.school(), cycle.cycle())) = cycle;
}

}  // namespace throughline::cycles
