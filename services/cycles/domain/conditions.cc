#include "cycles/domain/conditions.h"

#include <fmt/format.h>

#include "core/ids.h"
#include "cycles/domain/tables.h"

namespace throughline::cycles {

const common::v1::TriggerEffect& EffectOf(common::v1::Trigger trigger) {
  const auto* value = common::v1::Trigger_descriptor()->FindValueByNumber(trigger);
  if (value == nullptr) return common::v1::TriggerEffect::default_instance();
  return value->options().GetExtension(common::v1::trigger_effect);
}

namespace {

v1::Severity SeverityOf(common::v1::Trigger trigger) {
  return EffectOf(trigger).for_information() ? v1::SEVERITY_INFO : v1::SEVERITY_WARNING;
}

}  // namespace

v1::Condition ConditionOf(const v1::Cycle& cycle, common::v1::Trigger trigger,
                          const std::string& indicator, const std::string& group) {
  v1::Condition condition;
  condition.set_district(cycle.district());
  condition.set_school(cycle.school());
  condition.set_team(cycle.team());
  condition.set_cycle(cycle.cycle());
  condition.set_trigger(trigger);
  condition.set_indicator(indicator);
  condition.set_group(group);
  condition.set_severity(SeverityOf(trigger));
  return condition;
}

v1::Condition ConditionOf(const evidence::v1::EvidenceMoved& moved) {
  v1::Condition condition;
  condition.set_district(moved.district());
  condition.set_school(moved.school());
  condition.set_team(moved.team());
  condition.set_cycle(moved.cycle());
  condition.set_trigger(moved.trigger());
  condition.set_indicator(moved.indicator());
  condition.set_group(moved.group());
  condition.set_severity(SeverityOf(moved.trigger()));
  return condition;
}

void Raise(const v1::Condition& condition, decider::Turn& turn) {
  const auto* holds = turn.state().Find(kConditions, ConditionKey(condition));
  const bool is_news =
      holds == nullptr || holds->severity() < condition.severity() ||
      holds->verdict_after() != condition.verdict_after() ||
      holds->practice().assessment().standing() != condition.practice().assessment().standing();
  if (!is_news) return;
  v1::ConditionRaised raised;
  *raised.mutable_condition() = condition;
  turn.Emit(raised, core::Key{condition.district(), condition.school()}.Text());
}

void Clear(const v1::Condition& condition, decider::Turn& turn) {
  const auto* holds = turn.state().Find(kConditions, ConditionKey(condition));
  if (holds == nullptr) return;
  v1::ConditionCleared cleared;
  *cleared.mutable_condition() = *holds;
  if (condition.has_evidence()) {
    *cleared.mutable_condition()->mutable_evidence() = condition.evidence();
    // Of these numbers, too; too few may be left to test.
    cleared.mutable_condition()->clear_test();
  }
  cleared.mutable_condition()->set_verdict_after(condition.verdict_after());
  cleared.mutable_condition()->set_compared_effect(condition.compared_effect());
  cleared.mutable_condition()->clear_net_effect();
  if (condition.has_net_effect()) {
    *cleared.mutable_condition()->mutable_net_effect() = condition.net_effect();
  }
  if (condition.has_practice()) {
    *cleared.mutable_condition()->mutable_practice() = condition.practice();
  }
  if (condition.has_gap()) *cleared.mutable_condition()->mutable_gap() = condition.gap();
  if (condition.has_test()) *cleared.mutable_condition()->mutable_test() = condition.test();
  turn.Emit(cleared, core::Key{condition.district(), condition.school()}.Text());
}

void ClearAll(const v1::Cycle& cycle, decider::Turn& turn) {
  std::vector<v1::Condition> holding;
  turn.state().ForEach(
      kConditions, JoinKey(cycle.district(), cycle.school(), cycle.cycle(), ""),
      [&](const std::string&, const v1::Condition& condition) { holding.push_back(condition); });
  for (v1::Condition& condition : holding) {
    condition.clear_evidence();
    condition.clear_gap();
    condition.clear_test();
    Clear(condition, turn);
  }
}

std::string ReviewId(std::string_view key, const decider::Turn& turn) {
  return fmt::format("{:013}-{}", core::ToMillis(turn.now()),
                     core::DerivedId({key, turn.input_id()}));
}

v1::ReviewNames NamesOf(const v1::Review& review, const decider::State& state) {
  const std::string school = core::Key{review.district(), review.school()}.Text();
  v1::ReviewNames names;
  if (const auto* known = state.Find(district::kSchools, school)) names.set_school(known->name());
  if (const auto* known = state.Find(district::kTeams, JoinKey(school, review.team()))) {
    names.set_team(known->name());
  }
  if (const auto* known = state.Find(district::kIndicators, JoinKey(school, review.indicator()))) {
    names.set_indicator(known->statement());
  }
  return names;
}

std::string OpenReview(const v1::Condition& condition, decider::Turn& turn) {
  const std::string key = ConditionKey(condition);
  if (const auto* open = turn.state().Find(kOpenReviews, key)) return open->review();
  v1::ReviewOpened opened;
  v1::Review& review = *opened.mutable_review();
  review.set_district(condition.district());
  review.set_school(condition.school());
  review.set_team(condition.team());
  review.set_cycle(condition.cycle());
  review.set_review(ReviewId(key, turn));
  review.set_trigger(condition.trigger());
  review.set_indicator(condition.indicator());
  review.set_group(condition.group());
  if (condition.has_evidence()) *review.mutable_evidence() = condition.evidence();
  if (condition.has_gap()) *review.mutable_gap() = condition.gap();
  if (condition.has_test()) *review.mutable_test() = condition.test();
  review.set_reason(condition.reason());
  review.set_opened_at_ms(core::ToMillis(turn.now()));
  review.set_version(1);
  *review.mutable_names() = NamesOf(review, turn.state());
  turn.Emit(opened, core::Key{condition.district(), condition.school()}.Text());
  return review.review();
}

void Apply(const v1::ConditionRaised& raised, decider::State& state) {
  state.Edit(kConditions, ConditionKey(raised.condition())) = raised.condition();
}

void Apply(const v1::ConditionCleared& cleared, decider::State& state) {
  state.Erase(kConditions, ConditionKey(cleared.condition()));
}

}  // namespace throughline::cycles
