#include "cycles/domain/impact_comparison.h"

#include <google/protobuf/util/message_differencer.h>

#include "cycles/domain/cycle_rows.h"
#include "cycles/domain/impact.h"
#include "cycles/domain/revised_impact.h"

namespace throughline::cycles {

namespace {

// By the comparison, else by the growth at closing.
void Conclude(const v1::ImpactComparison& comparison, v1::Impact& impact) {
  if (comparison.has_net_effect()) {
    impact.set_compared_effect(v1::COMPARED_EFFECT_NET);
    *impact.mutable_net_effect() = comparison.net_effect();
    impact.set_verdict(comparison.verdict());
  } else {
    impact.set_compared_effect(v1::COMPARED_EFFECT_GROWTH);
    impact.clear_net_effect();
    impact.set_verdict(VerdictOf(impact.evidence(), impact.predicted_effect()));
  }
}

// One that was concluded before there were comparisons stays as it is.
bool IsOlder(const v1::Impact& impact) {
  return impact.compared_effect() == v1::COMPARED_EFFECT_UNSPECIFIED;
}

bool IsNews(const v1::ImpactComparison* known, const v1::ImpactComparison& comparison) {
  if (known == nullptr) return comparison.has_net_effect();
  return !google::protobuf::util::MessageDifferencer::Equals(*known, comparison);
}

void Take(const v1::Cycle& cycle, const v1::ImpactComparison& comparison, decider::Turn& turn) {
  const v1::Impact* impact = ImpactOn(cycle, comparison.indicator());
  const auto* known =
      turn.state().Find(kTakenComparisons, JoinKey(KeyOf(cycle), comparison.indicator()));
  if (impact == nullptr || IsOlder(*impact) || !IsNews(known, comparison)) return;
  const v1::Verdict before = VerdictNow(cycle, *impact, turn.state());
  const bool is_first = known == nullptr;
  const bool is_revised = !is_first && known->evidence_as_of_ms() != comparison.evidence_as_of_ms();
  const bool concludes = is_first || (before == impact->verdict() && !is_revised);
  v1::ImpactCompared compared;
  compared.set_district(cycle.district());
  compared.set_school(cycle.school());
  compared.set_team(cycle.team());
  compared.set_cycle(cycle.cycle());
  *compared.mutable_impact() = *impact;
  *compared.mutable_comparison() = comparison;
  if (concludes) Conclude(comparison, *compared.mutable_impact());
  turn.Emit(compared, SubjectOf(cycle));
  const v1::Cycle now = *turn.state().Find(kCycles, KeyOf(cycle));
  const v1::Impact& concluded = compared.impact();
  // What growth made of later evidence until now is no longer what the verdict goes by.
  if (is_first) return LetStand(now, concluded, turn);
  Revise(now, concluded, concludes ? concluded.verdict() : before, turn);
}

}  // namespace

void Decide(const v1::NetEffectsPublished& published, decider::Turn& turn) {
  for (const v1::ImpactComparison& one : published.comparisons()) {
    const auto* cycle =
        turn.state().Find(kCycles, JoinKey(published.district(), published.school(), one.cycle()));
    // One that was reopened meanwhile is compared anew when it closes again.
    if (cycle == nullptr || cycle->state() != v1::CYCLE_STATE_CLOSED) continue;
    Take(v1::Cycle(*cycle), one, turn);
  }
}

void Apply(const v1::ImpactCompared& compared, decider::State& state) {
  const std::string key = JoinKey(compared.district(), compared.school(), compared.cycle());
  state.Edit(kTakenComparisons, JoinKey(key, compared.impact().indicator())) =
      compared.comparison();
  for (v1::Impact& impact : *state.Edit(kCycles, key).mutable_impacts()) {
    if (impact.indicator() == compared.impact().indicator()) impact = compared.impact();
  }
}

void ForgetComparisons(const v1::Cycle& reopened, decider::State& state) {
  for (const v1::CycleIndicator& one : reopened.indicators()) {
    const std::string key = JoinKey(KeyOf(reopened), one.indicator());
    if (state.Find(kTakenComparisons, key) != nullptr) state.Erase(kTakenComparisons, key);
  }
}

}  // namespace throughline::cycles
