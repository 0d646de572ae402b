#include "notifications/domain/alert_group.h"

#include <algorithm>
#include <set>

#include "core/ids.h"
#include "notifications/domain/matcher.h"
#include "notifications/domain/tables.h"

namespace throughline::notifications {

namespace {

using Ids = google::protobuf::RepeatedPtrField<std::string>;
using std::chrono::seconds;

bool Has(const Ids& ids, const std::string& id) {
  return std::binary_search(ids.begin(), ids.end(), id);
}

void Put(Ids& ids, const std::string& id) {
  if (Has(ids, id)) return;
  const int index = static_cast<int>(std::lower_bound(ids.begin(), ids.end(), id) - ids.begin());
  *ids.Add() = id;
  for (int i = ids.size() - 1; i > index; --i) ids.SwapElements(i, i - 1);
}

void Take(Ids& ids, const std::string& id) {
  auto at = std::lower_bound(ids.begin(), ids.end(), id);
  if (at != ids.end() && *at == id) ids.erase(at);
}

// The end of the silence that keeps the alert quiet longest at this time; nullopt when none does.
std::optional<core::Instant> SilencedUntil(const v1::Alert& alert, core::Instant time,
                                           const decider::State& state) {
  std::optional<core::Instant> until;
  const int64_t now = core::ToMillis(time);
  state.ForEach(kSilences, alert.district() + "/",
                [&](const std::string&, const v1::Silence& silence) {
                  if (now < silence.starts_at_ms() || now >= silence.ends_at_ms()) return;
                  if (!Matches(silence.matcher(), alert)) return;
                  until = std::max(until.value_or(time), core::FromMillis(silence.ends_at_ms()));
                });
  return until;
}

void SetDue(const std::string& key, v1::GroupRow& group, core::Instant due, decider::State& state) {
  group.set_due_at_ms(core::ToMillis(due));
  state.SetTimer(std::string(kGroupDue) + key, due);
}

// Not later than `due`, when something new is to be told.
void Hasten(const std::string& key, v1::GroupRow& group, core::Instant due, decider::State& state) {
  if (group.due_at_ms() == 0 || core::ToMillis(due) < group.due_at_ms()) {
    SetDue(key, group, due, state);
  }
}

core::Instant NextTelling(const v1::GroupRow& group, const common::v1::Policy& policy,
                          core::Instant time) {
  if (group.number() == 0) return time + seconds(policy.group_wait_s());
  return std::max(time, core::FromMillis(group.told_at_ms()) + seconds(policy.group_interval_s()));
}

// What a telling of the group says.
class Telling {
 public:
  Telling(const std::string& key, const v1::GroupRow& group, const decider::Turn& turn)
      : key_(key), group_(group), turn_(turn) {}

  v1::GroupNotified Compose() {
    const auto [district, rest] = core::SplitKey(key_);
    const auto [school, trigger] = core::SplitKey(rest);
    notified_.set_district(std::string(district));
    notified_.set_school(std::string(school));
    notified_.set_trigger(static_cast<common::v1::Trigger>(std::stoi(std::string(trigger))));
    for (const std::string& id : group_.firing()) AddFiring(id);
    for (const std::string& id : group_.pending()) {
      if (!Has(group_.firing(), id)) AddResolved(id);
    }
    const bool tells = notified_.firing_size() + notified_.resolved_size() > 0;
    notified_.set_number(group_.number() + (tells ? 1 : 0));
    notified_.mutable_subscriptions()->Assign(subscriptions_.begin(), subscriptions_.end());
    return notified_;
  }

 private:
  const v1::Alert* AlertOf(const std::string& id) const {
    return turn_.state().Find(kAlerts, Key(notified_.district(), notified_.school(), id));
  }

  void AddFiring(const std::string& id) {
    const v1::Alert* alert = AlertOf(id);
    if (alert == nullptr) return;
    const bool quiet = alert->state() == v1::ALERT_STATE_SNOOZED ||
                       (alert->state() == v1::ALERT_STATE_ACKNOWLEDGED && alert->notified() > 0) ||
                       SilencedUntil(*alert, turn_.now(), turn_.state()).has_value();
    notified_.add_held_back(id);
    if (quiet) return;
    notified_.mutable_held_back()->RemoveLast();
    notified_.add_firing(id);
    Concern(*alert);
  }

  void AddResolved(const std::string& id) {
    const v1::Alert* alert = AlertOf(id);
    if (alert == nullptr) return;
    notified_.add_resolved(id);
    Concern(*alert);
  }

  void Concern(const v1::Alert& alert) {
    turn_.state().ForEach(kSubscriptions, notified_.district() + "/",
                          [&](const std::string&, const v1::Subscription& subscription) {
                            if (Matches(subscription.matcher(), alert)) {
                              subscriptions_.insert(subscription.subscription());
                            }
                          });
  }

  const std::string& key_;
  const v1::GroupRow& group_;
  const decider::Turn& turn_;
  v1::GroupNotified notified_;
  std::set<std::string> subscriptions_;
};

}  // namespace

void DecideGroup(std::string_view timer, decider::Turn& turn) {
  const std::string key(timer.substr(kGroupDue.size()));
  const auto* group = turn.state().Find(kGroups, key);
  if (group == nullptr) return;
  const v1::GroupNotified notified = Telling(key, *group, turn).Compose();
  turn.Emit(notified, core::SchoolKey(notified.district(), notified.school()));
}

void AddToGroup(const v1::Alert& alert, core::Instant time, decider::State& state) {
  const std::string key = GroupKey(alert);
  v1::GroupRow& group = state.Edit(kGroups, key);
  Put(*group.mutable_firing(), alert.alert());
  Put(*group.mutable_pending(), alert.alert());
  Hasten(key, group, NextTelling(group, district::PolicyOf(state, alert.district()), time), state);
}

void RemoveFromGroup(const v1::Alert& alert, core::Instant time, decider::State& state) {
  const std::string key = GroupKey(alert);
  v1::GroupRow& group = state.Edit(kGroups, key);
  Take(*group.mutable_firing(), alert.alert());
  if (alert.notified() > 0) {
    Put(*group.mutable_pending(), alert.alert());
    Hasten(key, group, NextTelling(group, district::PolicyOf(state, alert.district()), time),
           state);
    return;
  }
  Take(*group.mutable_pending(), alert.alert());  // nobody heard of it
  if (group.firing().empty() && group.pending().empty()) {
    state.ClearTimer(std::string(kGroupDue) + key);
    state.Erase(kGroups, key);
  }
}

void Apply(const v1::GroupNotified& notified, core::Instant time, decider::State& state) {
  const std::string key = Key(notified.district(), notified.school(),
                              std::to_string(static_cast<int>(notified.trigger())));
  v1::GroupRow& group = state.Edit(kGroups, key);
  group.set_told_at_ms(core::ToMillis(time));  // though nothing was: it was looked at
  group.set_number(notified.number());
  group.clear_pending();
  group.set_due_at_ms(0);
  for (const std::string& id : notified.firing()) {
    v1::Alert& alert = state.Edit(kAlerts, Key(notified.district(), notified.school(), id));
    alert.set_notified(alert.notified() + 1);
    alert.set_silenced(false);
  }
  std::optional<core::Instant> wake;
  for (const std::string& id : notified.held_back()) {
    v1::Alert& alert = state.Edit(kAlerts, Key(notified.district(), notified.school(), id));
    const auto until = SilencedUntil(alert, time, state);
    alert.set_silenced(until.has_value());
    if (!until) continue;
    Put(*group.mutable_pending(), id);  // told when the silence is over
    wake = wake ? std::min(*wake, *until) : *until;
  }
  if (group.firing().empty()) return state.Erase(kGroups, key);
  const auto& policy = district::PolicyOf(state, notified.district());
  const core::Instant repeat = time + seconds(policy.repeat_interval_s());
  SetDue(key, group, wake ? std::min(*wake, repeat) : repeat, state);
}

void WakeGroups(std::string_view district, core::Instant time, decider::State& state) {
  std::vector<std::string> keys;
  state.ForEach(kGroups, std::string(district) + "/",
                [&](const std::string& key, const v1::GroupRow& group) {
                  if (!group.pending().empty()) keys.push_back(key);
                });
  const auto& policy = district::PolicyOf(state, district);
  for (const std::string& key : keys) {
    v1::GroupRow& group = state.Edit(kGroups, key);
    Hasten(key, group, NextTelling(group, policy, time), state);
  }
}

}  // namespace throughline::notifications
