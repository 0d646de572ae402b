#include "notifications/domain/alert.h"

#include <fmt/format.h>
#include <google/protobuf/util/message_differencer.h>

#include "core/ids.h"
#include "notifications/domain/alert_group.h"
#include "notifications/domain/audience.h"
#include "notifications/domain/errors.h"
#include "notifications/domain/level.h"
#include "notifications/domain/limits.h"
#include "notifications/domain/notification_policy.h"
#include "notifications/domain/shown_alert.h"
#include "notifications/domain/tables.h"

namespace throughline::notifications {

using core::Result;
using google::protobuf::util::MessageDifferencer;

namespace {

constexpr int32_t kShortestSnooze = 60;
constexpr int32_t kLongestSnooze = 30 * 86400;

const v1::Alert* ActiveAlert(const cycles::v1::Condition& condition, const decider::State& state) {
  const auto* active = state.Find(kActiveConditions, ActiveConditionKey(condition));
  if (active == nullptr) return nullptr;
  return state.Find(kAlerts, JoinKey(condition.district(), condition.school(), active->alert()));
}

// "learner (language)" of language:learner.
std::string NameOfGroup(const std::string& group) {
  const size_t colon = group.find(':');
  if (colon == std::string::npos) return group;
  return fmt::format("{} ({})", group.substr(colon + 1), group.substr(0, colon));
}

// What people call what it is about, as they do now.
v1::AlertNames NamesOf(const cycles::v1::Condition& condition, const decider::State& state) {
  const std::string school = core::Key{condition.district(), condition.school()}.Text();
  v1::AlertNames names;
  if (const auto* known = state.Find(district::kSchools, school)) names.set_school(known->name());
  if (const auto* known = state.Find(district::kTeams, JoinKey(school, condition.team()))) {
    names.set_team(known->name());
  }
  if (const auto* known =
          state.Find(district::kIndicators, JoinKey(school, condition.indicator()))) {
    names.set_indicator(known->statement());
  }
  names.set_group(NameOfGroup(condition.group()));
  return names;
}

// The alert is about this condition, as far as it may be shown.
void SetCondition(v1::Alert& alert, const cycles::v1::Condition& condition,
                  const decider::State& state) {
  *alert.mutable_condition() = condition;
  *alert.mutable_names() = NamesOf(condition, state);
  alert.set_suppressed(false);
  HideSmallCells(alert, NotificationPolicyOf(state, condition.district()).smallest_cell);
}

// In order of time, as far as the id says: a list goes by ids.
std::string AlertId(const cycles::v1::Condition& condition, const decider::Turn& turn) {
  return fmt::format("{:013}-{}", core::ToMillis(turn.now()),
                     core::DerivedId({ActiveConditionKey(condition), turn.input_id()}));
}

template <class Request>
Result<v1::Alert> OpenAlert(const Request& request, const decider::Turn& turn) {
  if (auto error = CheckIds({{"district", request.district()},
                             {"school", request.school(), true},
                             {"alert", request.alert()}})) {
    return core::Refuse(*error);
  }
  const auto* alert =
      turn.state().Find(kAlerts, JoinKey(request.district(), request.school(), request.alert()));
  if (alert == nullptr || !Hears(AudienceOf(request.caller().role()), *alert)) {
    return core::Refuse(AlertUnknown(request.alert()));
  }
  if (alert->state() == v1::ALERT_STATE_RESOLVED) {
    return core::Refuse(AlertResolved(request.alert()));
  }
  return *alert;
}

void Change(v1::Alert alert, decider::Turn& turn) {
  alert.set_version(alert.version() + 1);
  v1::AlertChanged changed;
  *changed.mutable_alert() = alert;
  turn.Emit(changed, core::Key{alert.district(), alert.school()}.Text());
}

std::string SnoozeTimer(const v1::Alert& alert) {
  return std::string(kSnoozeOver) + AlertKey(alert);
}

}  // namespace

void Decide(const cycles::v1::ConditionRaised& raised, decider::Turn& turn) {
  const cycles::v1::Condition& condition = raised.condition();
  if (const v1::Alert* known = ActiveAlert(condition, turn.state())) {
    v1::Alert alert = *known;
    SetCondition(alert, condition, turn.state());
    if (condition.severity() > known->condition().severity()) {
      // Nobody has it in hand as it is now.
      alert.set_state(v1::ALERT_STATE_FIRING);
      alert.set_snoozed_until_ms(0);
      alert.clear_acknowledged_by();
    }
    if (!MessageDifferencer::Equals(alert, *known)) Change(alert, turn);
    return;
  }
  v1::AlertRaised event;
  v1::Alert& alert = *event.mutable_alert();
  alert.set_district(condition.district());
  alert.set_school(condition.school());
  alert.set_alert(AlertId(condition, turn));
  SetCondition(alert, condition, turn.state());
  alert.set_state(v1::ALERT_STATE_FIRING);
  alert.set_raised_at_ms(core::ToMillis(turn.now()));
  alert.set_cause(std::string(turn.input_id()));
  alert.set_event(turn.next_event_id());
  alert.set_version(1);
  turn.Emit(event, core::Key{alert.district(), alert.school()}.Text());
}

void Decide(const cycles::v1::ConditionCleared& cleared, decider::Turn& turn) {
  const v1::Alert* known = ActiveAlert(cleared.condition(), turn.state());
  if (known == nullptr) return;
  v1::AlertResolved event;
  v1::Alert& alert = *event.mutable_alert();
  alert = *known;
  SetCondition(alert, cleared.condition(), turn.state());
  alert.set_state(v1::ALERT_STATE_RESOLVED);
  alert.set_snoozed_until_ms(0);
  alert.set_resolved_at_ms(core::ToMillis(turn.now()));
  alert.set_version(alert.version() + 1);
  turn.Emit(event, core::Key{alert.district(), alert.school()}.Text());
}

void Decide(const v1::AcknowledgeAlertRequest& request, decider::Turn& turn) {
  auto alert = OpenAlert(request, turn);
  if (!alert) return turn.Refuse(alert.error());
  const std::string& who = request.acknowledged_by();
  if (who.empty()) return turn.Refuse(WhoMissing("acknowledged_by"));
  if (who.size() > kLongestName) return turn.Refuse(TextTooLong("acknowledged_by", kLongestName));
  if (alert->state() != v1::ALERT_STATE_ACKNOWLEDGED || alert->acknowledged_by() != who) {
    alert->set_state(v1::ALERT_STATE_ACKNOWLEDGED);
    alert->set_acknowledged_by(who);
    alert->set_snoozed_until_ms(0);
    Change(*alert, turn);
  }
  v1::AcknowledgeAlertResponse response;
  *response.mutable_alert() = *turn.state().Find(kAlerts, AlertKey(*alert));
  turn.Answer(response);
}

void Decide(const v1::SnoozeAlertRequest& request, decider::Turn& turn) {
  auto alert = OpenAlert(request, turn);
  if (!alert) return turn.Refuse(alert.error());
  if (request.duration_s() < kShortestSnooze || request.duration_s() > kLongestSnooze) {
    return turn.Refuse(DurationInvalid());
  }
  const int64_t until = core::ToMillis(turn.now() + std::chrono::seconds(request.duration_s()));
  if (alert->snoozed_until_ms() != until) {
    alert->set_state(v1::ALERT_STATE_SNOOZED);
    alert->set_snoozed_until_ms(until);
    Change(*alert, turn);
  }
  v1::SnoozeAlertResponse response;
  *response.mutable_alert() = *turn.state().Find(kAlerts, AlertKey(*alert));
  turn.Answer(response);
}

void DecideSnoozeOver(std::string_view timer, decider::Turn& turn) {
  const auto* alert = turn.state().Find(kAlerts, timer.substr(kSnoozeOver.size()));
  if (alert == nullptr || alert->state() != v1::ALERT_STATE_SNOOZED) return;
  v1::Alert awake = *alert;
  awake.set_state(awake.acknowledged_by().empty() ? v1::ALERT_STATE_FIRING
                                                  : v1::ALERT_STATE_ACKNOWLEDGED);
  awake.set_snoozed_until_ms(0);
  Change(awake, turn);
}

void Apply(const v1::AlertRaised& raised, core::Instant time, decider::State& state) {
  const v1::Alert& alert = raised.alert();
  state.Edit(kAlerts, AlertKey(alert)) = alert;
  state.Edit(kActiveConditions, ActiveConditionKey(alert.condition())).set_alert(alert.alert());
  v1::UnresolvedRow& unresolved = state.Edit(kUnresolved, AlertKey(alert));
  unresolved.set_trigger(alert.condition().trigger());
  unresolved.set_level(LevelOf(alert.condition()));
  AddToGroup(alert, time, state);
}

void Apply(const v1::AlertChanged& changed, core::Instant time, decider::State& state) {
  const v1::Alert& alert = changed.alert();
  state.Edit(kAlerts, AlertKey(alert)) = alert;
  state.ClearTimer(SnoozeTimer(alert));
  if (alert.state() == v1::ALERT_STATE_SNOOZED) {
    state.SetTimer(SnoozeTimer(alert), core::FromMillis(alert.snoozed_until_ms()));
  }
  if (alert.state() == v1::ALERT_STATE_FIRING) AddToGroup(alert, time, state);
}

void Apply(const v1::AlertResolved& resolved, core::Instant time, decider::State& state) {
  const v1::Alert& alert = resolved.alert();
  state.Edit(kAlerts, AlertKey(alert)) = alert;
  state.Erase(kActiveConditions, ActiveConditionKey(alert.condition()));
  state.Erase(kUnresolved, AlertKey(alert));
  state.ClearTimer(SnoozeTimer(alert));
  RemoveFromGroup(alert, time, state);
}

}  // namespace throughline::notifications
