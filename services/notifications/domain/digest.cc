#include "notifications/domain/digest.h"

#include <algorithm>
#include <string>
#include <vector>

#include "core/ids.h"
#include "core/time_zone.h"
#include "disclosure/finding_sentence.h"
#include "notifications/domain/delivery.h"
#include "notifications/domain/tables.h"

namespace throughline::notifications {

namespace {

constexpr int kItemsAtMost = 100;
constexpr std::chrono::days kLongestPause{30};
constexpr unsigned kFriday = 5;

std::string DigestTimerOf(const std::string& key) { return std::string(kDigestDue) + key; }

// The first day from `day` on that the district teaches; in a long pause, the first weekday.
core::Date TeachingDay(core::Date day, const core::InstructionalCalendar& calendar) {
  const core::Date teaching = calendar.FirstOnOrAfter(day);
  if (calendar.Reaches(teaching) && teaching - day <= kLongestPause) return teaching;
  while (std::chrono::weekday(day).iso_encoding() > kFriday) day += std::chrono::days(1);
  return day;
}

// The next time it is that hour on a teaching day of the district, after `time`.
core::Instant NextHour(const v1::Subscription& subscription, core::Instant time,
                       const decider::State& state) {
  const std::string& district = subscription.district();
  const std::string_view zone = district::ZoneOf(state, district);
  const auto calendar = district::CalendarOf(state, district, "");
  const int hour = subscription.digest().hour();
  core::Date day = TeachingDay(core::LocalDate(time, zone), calendar);
  if (core::HourOfDay(day, hour, zone) <= time) {
    day = TeachingDay(day + std::chrono::days(1), calendar);
  }
  return core::HourOfDay(day, hour, zone);
}

bool IsSame(const v1::DigestItem& one, const v1::DigestItem& other) {
  return one.alert() == other.alert() && one.resolved() == other.resolved() &&
         one.severity() == other.severity() && one.sentence() == other.sentence();
}

// Whether an earlier digest said the same of the alert, or the next one does already.
bool IsSaid(const v1::Subscription& subscription, const v1::DigestItem& item,
            const decider::State& state) {
  const std::string key = JoinKey(subscription.district(), subscription.subscription());
  if (const auto* open = state.Find(kDigests, key)) {
    for (const v1::DigestItem& one : open->items()) {
      if (one.alert() == item.alert()) return IsSame(one, item);
    }
  }
  const auto* digested = state.Find(kDigestedAlerts, JoinKey(key, item.alert()));
  return digested != nullptr && IsSame(*digested, item);
}

v1::DigestItem ItemOf(const v1::Alert& alert, bool resolved) {
  v1::DigestItem item;
  item.set_school(alert.school());
  item.set_team(alert.condition().team());
  item.set_alert(alert.alert());
  item.set_trigger(alert.condition().trigger());
  item.set_severity(alert.condition().severity());
  item.set_resolved(resolved);
  // Names stand before it.
  item.set_sentence(disclosure::FindingSentence(alert.condition()));
  item.set_indicator(alert.condition().indicator());
  *item.mutable_names() = alert.names();
  return item;
}

}  // namespace

void DecideDigest(const v1::NotificationForwarded& forwarded, decider::Turn& turn) {
  const std::string& district = forwarded.notification().district();
  std::vector<v1::Subscription> digests;
  turn.state().ForEach(kOwnSubscriptions, JoinKey(district, ""),
                       [&](const std::string&, const v1::Subscription& subscription) {
                         if (subscription.channel() == v1::CHANNEL_EMAIL_DIGEST) {
                           digests.push_back(subscription);
                         }
                       });
  for (const v1::Subscription& subscription : digests) {
    const v1::Notification notification = NotificationFor(subscription, forwarded.notification());
    v1::DigestNoted noted;
    for (const v1::Alert& alert : notification.firing()) {
      v1::DigestItem item = ItemOf(alert, false);
      if (!IsSaid(subscription, item, turn.state())) *noted.add_items() = std::move(item);
    }
    for (const v1::Alert& alert : notification.resolved()) *noted.add_items() = ItemOf(alert, true);
    if (noted.items().empty()) continue;
    noted.set_district(district);
    noted.set_subscription(subscription.subscription());
    const auto* open = turn.state().Find(kDigests, JoinKey(district, subscription.subscription()));
    noted.set_due_at_ms(open != nullptr
                            ? open->due_at_ms()
                            : core::ToMillis(NextHour(subscription, turn.now(), turn.state())));
    turn.Emit(noted, district);
  }
}

void DecideDigestDue(std::string_view timer, decider::Turn& turn) {
  const std::string_view key = timer.substr(kDigestDue.size());
  const auto* open = turn.state().Find(kDigests, key);
  const auto* subscription = turn.state().Find(kOwnSubscriptions, key);
  if (open == nullptr || subscription == nullptr) return;
  const std::string& district = subscription->district();
  // The calendar may have changed since.
  const core::Instant due_at = core::FromMillis(open->due_at_ms());
  const core::Instant teaching =
      NextHour(*subscription, due_at - std::chrono::milliseconds(1), turn.state());
  if (teaching > turn.now()) {
    v1::DigestNoted later;
    later.set_district(district);
    later.set_subscription(subscription->subscription());
    later.set_due_at_ms(core::ToMillis(teaching));
    return turn.Emit(later, district);
  }
  const auto* about = turn.state().Find(district::kDistricts, district);
  v1::Digest digest;
  digest.set_district_name(about == nullptr ? district : about->name());
  digest.set_day(core::ToDays(core::LocalDate(core::FromMillis(open->due_at_ms()),
                                              district::ZoneOf(turn.state(), district))));
  *digest.mutable_items() = open->items();
  digest.set_more(open->more());
  const std::string due = std::to_string(open->due_at_ms());
  const v1::Subscription to = *subscription;
  v1::DigestClosed closed;
  closed.set_district(to.district());
  closed.set_subscription(to.subscription());
  turn.Emit(closed, to.district());
  for (const std::string& address : to.digest().addresses()) {
    v1::Delivery delivery;
    delivery.set_district(to.district());
    delivery.set_subscription(to.subscription());
    delivery.set_delivery(
        core::DerivedId({to.district(), to.subscription(), "digest", due, address}));
    *delivery.mutable_digest() = digest;
    delivery.mutable_digest()->set_address(address);
    Request(std::move(delivery), turn);
  }
}

void Apply(const v1::DigestNoted& noted, core::Instant, decider::State& state) {
  const std::string key = JoinKey(noted.district(), noted.subscription());
  v1::DigestRow& row = state.Edit(kDigests, key);
  for (const v1::DigestItem& item : noted.items()) {
    const auto same = std::find_if(row.mutable_items()->begin(), row.mutable_items()->end(),
                                   [&](const auto& had) { return had.alert() == item.alert(); });
    if (same != row.mutable_items()->end()) {
      *same = item;
    } else if (row.items_size() < kItemsAtMost) {
      *row.add_items() = item;
    } else {
      row.set_more(row.more() + 1);
    }
  }
  row.set_due_at_ms(noted.due_at_ms());
  state.SetTimer(DigestTimerOf(key), core::FromMillis(noted.due_at_ms()));
}

void Apply(const v1::DigestClosed& closed, core::Instant, decider::State& state) {
  const std::string key = JoinKey(closed.district(), closed.subscription());
  if (const auto* sent = state.Find(kDigests, key)) {
    const v1::DigestRow row = *sent;
    for (const v1::DigestItem& item : row.items()) {
      const std::string digested = JoinKey(key, item.alert());
      if (item.resolved()) state.Erase(kDigestedAlerts, digested);
      if (!item.resolved()) state.Edit(kDigestedAlerts, digested) = item;
    }
  }
  state.Erase(kDigests, key);
  state.ClearTimer(DigestTimerOf(key));
}

namespace {

// A new subscription starts from nothing.
void ForgetDigestedAlerts(const std::string& key, decider::State& state) {
  std::vector<std::string> digested;
  state.ForEach(kDigestedAlerts, JoinKey(key, ""),
                [&](const std::string& one, const v1::DigestItem&) { digested.push_back(one); });
  for (const std::string& one : digested) state.Erase(kDigestedAlerts, one);
}

}  // namespace

void KeepDigest(const v1::Subscription& subscription, bool deleted, core::Instant time,
                decider::State& state) {
  const std::string key = JoinKey(subscription.district(), subscription.subscription());
  const bool over = deleted || subscription.channel() != v1::CHANNEL_EMAIL_DIGEST;
  if (over) ForgetDigestedAlerts(key, state);
  if (state.Find(kDigests, key) == nullptr) return;
  if (over) {
    state.Erase(kDigests, key);
    return state.ClearTimer(DigestTimerOf(key));
  }
  const core::Instant due = NextHour(subscription, time, state);
  state.Edit(kDigests, key).set_due_at_ms(core::ToMillis(due));
  state.SetTimer(DigestTimerOf(key), due);
}

}  // namespace throughline::notifications
