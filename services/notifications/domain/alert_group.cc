#include "notifications/domain/alert_group.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "notifications/domain/active_silences.h"
#include "notifications/domain/endpoint.h"
#include "notifications/domain/matcher.h"
#include "notifications/domain/notification_policy.h"
#include "notifications/domain/shown_alert.h"
#include "notifications/domain/tables.h"

namespace throughline::notifications {

namespace {

using core::Instant;
using Ids = google::protobuf::RepeatedPtrField<std::string>;

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

std::string GroupTimerOf(const std::string& key) { return std::string(kGroupDue) + key; }

Instant NotifiedAt(const v1::GroupRow& group) { return core::FromMillis(group.notified_at_ms()); }

// A group is looked at once at one instant, even when what was silenced is let go at that instant:
// the look is known by its timer's name and time.
void SetDue(const std::string& key, v1::GroupRow& group, Instant due, decider::State& state) {
  group.set_due_at_ms(std::max(core::ToMillis(due), group.looked_at_ms() + 1));
  state.SetTimer(GroupTimerOf(key), core::FromMillis(group.due_at_ms()));
}

void Erase(const std::string& key, decider::State& state) {
  state.ClearTimer(GroupTimerOf(key));
  state.Erase(kGroups, key);
}

// There is news: the group is notified when it next may be, or sooner when it is anyway.
void Hasten(const std::string& key, v1::GroupRow& group, const NotificationPolicy& policy,
            Instant time, decider::State& state) {
  const Instant next = group.number() == 0 ? time + policy.wait
                                           : std::max(time, NotifiedAt(group) + policy.interval);
  if (group.due_at_ms() == 0 || core::ToMillis(next) < group.due_at_ms()) {
    SetDue(key, group, next, state);
  }
}

// Whether the alert would be in a notification of the group now.
bool IsHeard(const v1::Alert& alert, Instant time, const decider::State& state) {
  if (alert.state() == v1::ALERT_STATE_SNOOZED) return false;
  if (alert.state() == v1::ALERT_STATE_ACKNOWLEDGED && alert.notified() > 0) return false;
  return !SilencedUntil(alert, time, state).has_value();
}

bool IsRepeatDue(const v1::GroupRow& group, const NotificationPolicy& policy, Instant time) {
  return group.number() > 0 && NotifiedAt(group) + policy.repeat <= time;
}

// There is no news but what is let go at `wake`. A repetition is waited for only while one would be
// heard: else what makes the alert heard again brings the group back.
void ScheduleNext(const std::string& key, v1::GroupRow& group, std::optional<Instant> wake,
                  Instant time, decider::State& state) {
  const auto [district, school, trigger] = core::SplitKey<3>(key);
  const NotificationPolicy policy = NotificationPolicyOf(state, district);
  std::optional<Instant> due = wake;
  if (wake && group.number() > 0) due = std::max(*wake, NotifiedAt(group) + policy.interval);
  const bool repeats =
      group.number() > 0 &&
      std::any_of(group.firing().begin(), group.firing().end(), [&](const auto& id) {
        const auto* alert = state.Find(kAlerts, JoinKey(district, school, id));
        return alert != nullptr && IsHeard(*alert, time, state);
      });
  const Instant repeat = NotifiedAt(group) + policy.repeat;
  if (repeats) due = due ? std::min(*due, repeat) : repeat;
  if (due) return SetDue(key, group, *due, state);
  group.set_due_at_ms(0);
  state.ClearTimer(GroupTimerOf(key));
}

// What a decision whether to notify a group rests on.
struct GroupNews {
  bool is_first = false;       // no notification of the group was sent yet
  bool any_heard = false;      // of what fires
  bool any_new = false;        // of what fires and is heard
  bool any_resolved = false;   // and heard
  bool any_firing = false;     // heard or not
  bool any_held_back = false;  // of what fires, or is resolved
  bool repeat_due = false;
};

v1::NotifyReason WhyNotify(const GroupNews& news) {
  const bool repeats = news.repeat_due && news.any_heard;
  if (!news.any_new && !news.any_resolved && !repeats) {
    return news.any_held_back ? v1::NOTIFY_REASON_HELD_BACK : v1::NOTIFY_REASON_NOTHING_NEW;
  }
  if (news.is_first) return v1::NOTIFY_REASON_FIRST_NOTIFICATION;
  if (news.any_new) return v1::NOTIFY_REASON_NEW_ALERTS;
  if (!news.any_resolved) return v1::NOTIFY_REASON_REPEAT_INTERVAL_ELAPSED;
  return news.any_firing ? v1::NOTIFY_REASON_NEW_RESOLVED : v1::NOTIFY_REASON_ALL_RESOLVED;
}

bool IsNotified(v1::NotifyReason reason) {
  return reason != v1::NOTIFY_REASON_HELD_BACK && reason != v1::NOTIFY_REASON_NOTHING_NEW;
}

// Composes a notification of the group.
class NotificationComposer {
 public:
  NotificationComposer(std::string_view key, const v1::GroupRow& group, const decider::Turn& turn)
      : group_(group), turn_(turn) {
    const auto [district, school, trigger] = core::SplitKey<3>(key);
    notified_.set_district(std::string(district));
    notified_.set_school(std::string(school));
    int kind = 0;
    std::from_chars(trigger.data(), trigger.data() + trigger.size(), kind);
    notified_.set_trigger(static_cast<common::v1::Trigger>(kind));
  }

  v1::GroupNotified Compose() {
    std::vector<const v1::Alert*> heard;
    GroupNews news;
    news.is_first = group_.number() == 0;
    news.any_firing = !group_.firing().empty();
    for (const std::string& id : group_.firing()) {
      const v1::Alert* alert = AlertOf(id);
      if (alert == nullptr) continue;
      if (!IsHeard(*alert, turn_.now(), turn_.state())) {
        notified_.add_held_back(id);
        continue;
      }
      heard.push_back(alert);
      news.any_new = news.any_new || Has(group_.pending(), id);
    }
    news.any_heard = !heard.empty();
    news.any_resolved = AddResolved();
    news.any_held_back = !notified_.held_back().empty();
    news.repeat_due =
        IsRepeatDue(group_, NotificationPolicyOf(turn_.state(), notified_.district()), turn_.now());
    notified_.set_reason(WhyNotify(news));
    const bool is_notified = IsNotified(notified_.reason());
    if (!is_notified) heard.clear();
    for (const v1::Alert* alert : heard) {
      notified_.add_firing(alert->alert());
      Concern(*alert);
    }
    notified_.set_number(group_.number() + (is_notified ? 1 : 0));
    notified_.mutable_subscriptions()->Assign(subscriptions_.begin(), subscriptions_.end());
    return notified_;
  }

 private:
  const v1::Alert* AlertOf(const std::string& id) const {
    return turn_.state().Find(kAlerts, JoinKey(notified_.district(), notified_.school(), id));
  }

  // Whether any was.
  bool AddResolved() {
    for (const std::string& id : group_.pending()) {
      const v1::Alert* alert = AlertOf(id);
      if (alert == nullptr || Has(group_.firing(), id)) continue;
      if (!IsHeard(*alert, turn_.now(), turn_.state())) {
        notified_.add_held_back(id);
        continue;
      }
      notified_.add_resolved(id);
      Concern(*alert);
    }
    return !notified_.resolved().empty();
  }

  void Concern(const v1::Alert& alert) {
    turn_.state().ForEach(kSubscriptions, JoinKey(notified_.district(), ""),
                          [&](const std::string&, const v1::Subscription& subscription) {
                            if (IsAbout(subscription, alert)) {
                              subscriptions_.insert(subscription.subscription());
                            }
                          });
  }

  const v1::GroupRow& group_;
  const decider::Turn& turn_;
  v1::GroupNotified notified_;
  std::set<std::string> subscriptions_;
};

// Whether a subscription that the notification concerns is reached from the district's key.
bool IsForwarded(const v1::GroupNotified& notified, const decider::State& state) {
  return std::any_of(
      notified.subscriptions().begin(), notified.subscriptions().end(), [&](const std::string& id) {
        const auto* known = state.Find(kSubscriptions, JoinKey(notified.district(), id));
        return known != nullptr && IsReachable(*known);
      });
}

// The notification, with the alerts as they are now, for those who are not in this partition.
v1::NotificationForwarded Forwarded(const v1::GroupNotified& notified, const decider::Turn& turn) {
  v1::NotificationForwarded forwarded;
  v1::Notification& notification = *forwarded.mutable_notification();
  notification.set_district(notified.district());
  notification.set_school(notified.school());
  notification.set_trigger(notified.trigger());
  notification.set_notification(turn.next_event_id());
  notification.set_number(notified.number());
  notification.set_notified_at_ms(core::ToMillis(turn.now()));
  const int64_t smallest = NotificationPolicyOf(turn.state(), notified.district()).smallest_cell;
  const auto put = [&](const Ids& ids, google::protobuf::RepeatedPtrField<v1::Alert>& alerts) {
    for (const std::string& id : ids) {
      const auto* alert =
          turn.state().Find(kAlerts, JoinKey(notified.district(), notified.school(), id));
      if (alert == nullptr) continue;
      *alerts.Add() = *alert;
      HideSmallCells(*alerts.rbegin(), smallest);
    }
  };
  put(notified.firing(), *notification.mutable_firing());
  put(notified.resolved(), *notification.mutable_resolved());
  return forwarded;
}

}  // namespace

void DecideGroup(std::string_view timer, decider::Turn& turn) {
  const std::string_view key = timer.substr(kGroupDue.size());
  const auto* group = turn.state().Find(kGroups, key);
  if (group == nullptr) return;
  const v1::GroupNotified notified = NotificationComposer(key, *group, turn).Compose();
  const std::string subject = core::Key{notified.district(), notified.school()}.Text();
  turn.Emit(notified, subject);
  if (!IsForwarded(notified, turn.state())) return;
  turn.Emit(Forwarded(notified, turn), subject, decider::Delivery::ToKey(notified.district()));
}

void AddToGroup(const v1::Alert& alert, Instant time, decider::State& state) {
  const std::string key = GroupKey(alert);
  v1::GroupRow& group = state.Edit(kGroups, key);
  Put(*group.mutable_firing(), alert.alert());
  Put(*group.mutable_pending(), alert.alert());
  Hasten(key, group, NotificationPolicyOf(state, alert.district()), time, state);
}

void RemoveFromGroup(const v1::Alert& alert, Instant time, decider::State& state) {
  const std::string key = GroupKey(alert);
  v1::GroupRow& group = state.Edit(kGroups, key);
  Take(*group.mutable_firing(), alert.alert());
  if (alert.notified() > 0) {
    Put(*group.mutable_pending(), alert.alert());
    return Hasten(key, group, NotificationPolicyOf(state, alert.district()), time, state);
  }
  Take(*group.mutable_pending(), alert.alert());  // nobody heard of it
  if (!group.pending().empty()) return;
  if (group.firing().empty()) return Erase(key, state);
  ScheduleNext(key, group, std::nullopt, time, state);
}

void Apply(const v1::GroupNotified& notified, Instant time, decider::State& state) {
  const std::string key = GroupKey(notified.district(), notified.school(), notified.trigger());
  v1::GroupRow& group = state.Edit(kGroups, key);
  const auto edit = [&](const std::string& id, const auto& change) {
    const std::string alert = JoinKey(notified.district(), notified.school(), id);
    if (state.Find(kAlerts, alert) != nullptr) change(state.Edit(kAlerts, alert));
  };
  const auto count_one = [](v1::Alert& alert) {
    alert.set_notified(alert.notified() + 1);
    alert.set_silenced(false);
  };
  for (const std::string& id : notified.firing()) edit(id, count_one);
  for (const std::string& id : notified.resolved()) edit(id, count_one);
  if (notified.firing_size() + notified.resolved_size() > 0) {
    group.set_notified_at_ms(core::ToMillis(time));
    group.set_number(notified.number());
  }
  group.set_looked_at_ms(core::ToMillis(time));
  group.clear_pending();
  std::optional<Instant> wake;
  for (const std::string& id : notified.held_back()) {
    edit(id, [&](v1::Alert& alert) {
      const auto until = SilencedUntil(alert, time, state);
      alert.set_silenced(until.has_value());
      if (!until) return;  // its own snooze, or nothing, brings it back
      Put(*group.mutable_pending(), id);
      wake = wake ? std::min(*wake, *until) : *until;
    });
  }
  if (group.firing().empty() && group.pending().empty()) return Erase(key, state);
  ScheduleNext(key, group, wake, time, state);
}

void WakeGroups(std::string_view district, Instant time, decider::State& state) {
  std::vector<std::string> keys;
  state.ForEach(kGroups, JoinKey(district, ""),
                [&](const std::string& key, const v1::GroupRow& group) {
                  if (!group.pending().empty()) keys.push_back(key);
                });
  const NotificationPolicy policy = NotificationPolicyOf(state, district);
  for (const std::string& key : keys) {
    Hasten(key, state.Edit(kGroups, key), policy, time, state);
  }
}

}  // namespace throughline::notifications
